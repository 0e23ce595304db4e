import Lockstep
import LockstepTesting

/// What a stand shows.
enum Scenes {
    static let definitions = [
        Definition(Video.self), Definition(Export.self), Definition(Expense.self), Definition(Parcel.self),
        Definition(Footage.self),
    ]

    static func fill(_ store: MemoryStore, _ time: StandTime, _ scene: Stand.Scene) async throws {
        if scene == .bare { return }
        try await store.install(definitions)
        switch scene {
        case .bare, .empty: return
        case .busy: try await Hour(store: store, time: time).live()
        case .hostile: try await attack(store)
        }
    }

    /// What every text field of a job is set to: it would run as a script wherever it were not escaped.
    static let payload =
        #"</title></script></textarea>"'><img src=x onerror="alert(1)"><script>alert(2)</script><svg onload=alert(3)>"#

    private static func attack(_ store: MemoryStore) async throws {
        var ids: [JobID] = []
        for number in 0..<4 {
            var job = NewJob(
                lifecycle: "export", input: try JSONValue.object([payload: .string(payload)]).encoded())
            job.key = "\(payload)\(number)"
            job.owner = payload
            job.metadata = try JSONValue.object([payload: .string(payload)]).encoded()
            job.reason = payload
            job.actor = .operator(payload)
            ids.append(try await store.start([job])[0].get().record.id)
        }
        let worker = WorkerID(payload)
        var heartbeat = Heartbeat(
            worker: worker, lease: .seconds(86_400), statuses: ["export": ["rendering"], payload: [payload]],
            host: payload)
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let claimed = try await store.claim(
            ClaimRequest(worker: worker, statuses: ["export": ["rendering"]], limit: 3))
        for (number, job) in claimed.enumerated() {
            var command = Command(
                .report(progress: 40, detail: payload), job: job.id, of: "export", by: .worker(payload))
            command.claim = Claim(worker: worker, fence: job.fence)
            _ = try await store.apply([command])[0].get()
            switch number {
            case 0: command.change = .fail(.adminRequired(payload, code: payload))
            case 1: command.change = .fail(.userFixable(payload, code: payload))
            default: continue
            }
            command.reason = payload
            command.output = try JSONValue.string(payload).encoded()
            _ = try await store.apply([command])[0].get()
        }
        try await store.pause("export", status: nil, by: .operator(payload), reason: payload)
    }
}
