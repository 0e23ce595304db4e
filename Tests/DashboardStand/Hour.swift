import Lockstep
import LockstepTesting

/// An hour of work in a store, always the same: jobs are started, worked on, retried, lost, parked and held.
struct Hour {
    let store: MemoryStore
    let time: StandTime
    private let workers = ["render-1.ams", "render-2.ams", "books-1.fra"].map { WorkerID($0) }
    private let owners = ["anna", "berta", "carl.jensen@example.org", "nightly"]

    init(store: MemoryStore, time: StandTime) {
        self.store = store
        self.time = time
    }

    /// Lives through it: a step every few seconds of the past, up to the present.
    func live() async throws {
        var random = SystemlessGenerator(state: 20_260_101)
        let steps = 620
        for step in 0..<steps {
            time.go(secondsAgo: 3900 * (1 - Double(step) / Double(steps)))
            for worker in workers where step.isMultiple(of: 4) { try await beat(worker, isFirst: step == 0) }
            // More begins in the middle of the hour, and little ends in a bad quarter.
            let load = step > 250 && step < 420 ? 4 : 2
            for _ in 0..<Int.random(in: 0...load, using: &random) { try await start(&random) }
            try await wait(&random)
            let isBad = step > 330 && step < 380
            if Int.random(in: 0..<3, using: &random) > 0 { try await work(&random, failing: isBad ? 40 : 5) }
        }
        time.go(secondsAgo: 4)
        try await leaveThings(&random)
        time.go(secondsAgo: 0)
        for worker in workers.prefix(2) { try await beat(worker) }
    }

    private func beat(_ worker: WorkerID, isFirst: Bool = false) async throws {
        let statuses =
            worker.text.hasPrefix("books")
            ? ["expense": ["checking", "paying"]]
            : [
                "export": ["rendering"], "video": ["quick_running", "deep_running"],
                "parcel": ["packing", "labelling"],
            ]
        var heartbeat = Heartbeat(
            worker: worker, lease: .seconds(90), statuses: statuses, host: worker.text + " · pid 4711")
        heartbeat.isFirst = isFirst
        _ = try await store.beat(heartbeat)
    }

    private func start(_ random: inout SystemlessGenerator) async throws {
        let lifecycle =
            ["export", "export", "video", "expense", "parcel"].randomElement(using: &random) ?? "export"
        let number = Int.random(in: 1...99_999, using: &random)
        var job = NewJob(
            lifecycle: lifecycle,
            input: #"{"file": "s3://uploads/\#(number).bin", "pages": \#(number % 40), "colours": true}"#)
        job.owner = owners.randomElement(using: &random)
        if number.isMultiple(of: 3) { job.key = "\(lifecycle)-\(number)" }
        job.metadata =
            #"{"trace": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "tier": "gold"}"#
        if lifecycle == "parcel" { job.status = number.isMultiple(of: 2) ? "queued" : "announced" }
        _ = try await store.start([job])
    }

    /// What people and programs outside do.
    private func wait(_ random: inout SystemlessGenerator) async throws {
        let moves = [
            ("video", "awaiting_upload", "queued"), ("expense", "draft", "submitted"),
            ("expense", "needs_approval", "approved"), ("parcel", "announced", "queued"),
            ("parcel", "review", "delivered"),
        ]
        for (lifecycle, from, to) in moves where Int.random(in: 0..<3, using: &random) > 0 {
            var query = JobQuery(lifecycle)
            query.statuses = [from]
            query.newestFirst = false
            query.limit = 1
            guard let job = try await store.find(query).first else { continue }
            let actor: Actor = lifecycle == "expense" ? .owner(job.owner ?? "anna") : .event("storage")
            let isPerson = lifecycle == "parcel" && from == "review"
            var command = Command(
                .move(to: to), job: job.id, of: lifecycle, by: isPerson ? .operator("olga") : actor)
            if isPerson { command.reason = "looked at, and fine" }
            _ = try await store.apply([command])
        }
    }

    private func work(_ random: inout SystemlessGenerator, failing percent: Int) async throws {
        for worker in workers {
            let statuses =
                worker.text.hasPrefix("books")
                ? ["expense": ["checking", "paying"]]
                : [
                    "export": ["rendering"], "video": ["quick_running", "deep_running"],
                    "parcel": ["packing", "labelling"],
                ]
            let claimed = try await store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 3))
            for job in claimed { try await finish(job, worker, &random, failing: percent) }
        }
    }

    private func finish(
        _ job: JobRecord, _ worker: WorkerID, _ random: inout SystemlessGenerator, failing percent: Int
    ) async throws {
        let draw = Int.random(in: 0..<100, using: &random)
        let change: Command.Change
        if draw < percent {
            change = .fail(
                draw % 3 == 0
                    ? .userFixable(
                        "the file 'scan.pdf' is encrypted; upload it without a password",
                        code: "encrypted_file")
                    : .temporary("the renderer did not answer within 30 s", code: "renderer_timeout"))
        } else if draw == 99 {
            change = .fail(
                .adminRequired("the bucket 'archive' refuses writes: access denied", code: "access_denied"))
        } else if draw > 94 {
            change = .report(progress: draw - 40, detail: "page \(draw) of 120")
        } else {
            let next = [
                "rendering": "done", "quick_running": "quick_done", "deep_running": "done",
                "packing": draw % 5 == 0 ? "review" : "labelling", "labelling": "delivered",
                "checking": draw % 4 == 0 ? "needs_approval" : "approved", "paying": "paid",
            ]
            change = .move(to: next[job.status] ?? "done")
        }
        var command = Command(change, job: job.id, of: job.lifecycle, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: job.fence)
        if case .move = change { command.output = #"{"pages": 12, "bytes": 482113}"# }
        _ = try await store.apply([command])
    }

    /// What is there at the end for people to look at.
    private func leaveThings(_ random: inout SystemlessGenerator) async throws {
        for _ in 0..<9 { try await start(&random) }
        var query = JobQuery("expense")
        query.statuses = ["approved"]
        query.limit = 2
        for job in try await store.find(query) {
            var command = Command(.hold("month end"), job: job.id, of: "expense", by: .operator("olga"))
            command.reason = "the books close on the 31st"
            _ = try await store.apply([command])
        }
        try await store.pause(
            "parcel", status: "labelling", by: .operator("olga"),
            reason: "the label printer is being repaired")
    }
}

/// A small generator with a seed, so that every hour is the same (Steele, Lea, Flood: SplitMix, OOPSLA 2014).
struct SystemlessGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
