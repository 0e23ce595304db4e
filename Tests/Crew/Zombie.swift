import Lockstep
import LockstepTesting

/// Holds a claim by hand, so that after `go` it can write everything late, one after the other.
struct Zombie {
    let store: any Store
    let name: String
    let lease: Int
    private var worker: WorkerID { WorkerID(name) }

    init(store: any Store, name: String, lease: Int) {
        self.store = store
        self.name = name
        self.lease = lease
    }

    func run(_ orders: Orders) async throws {
        var statuses = [Errand.name: [Errand.fetching.rawValue]]
        var heartbeat = Heartbeat(
            worker: worker, lease: .milliseconds(lease), statuses: statuses, host: "crew")
        heartbeat.isFirst = true
        _ = try await store.beat(heartbeat)
        let request = ClaimRequest(worker: worker, statuses: statuses, limit: 1)
        guard let job = try await store.claim(request).first else { return }
        say("claimed \(job.id) \(job.fence)")
        await orders.wait()
        for command in lateWrites(of: job) { _ = try await store.apply([command]) }
        heartbeat.isFirst = false
        _ = try await store.beat(heartbeat)
        // Work that nobody else does lies ready: it must not be given to the dead.
        statuses = [Errand.name: [Errand.sorting.rawValue]]
        _ = try await store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 1))
        say("written")
        while !orders.isOver { await orders.wait() }
    }

    /// Every kind of write that the holder of a claim may make.
    private func lateWrites(of job: JobRecord) -> [Command] {
        func late(_ change: Command.Change, _ refine: (inout Command) -> Void = { _ in }) -> Command {
            var command = Command(change, job: job.id, of: job.lifecycle, by: .worker(name))
            command.claim = Claim(worker: worker, fence: job.fence)
            refine(&command)
            return command
        }
        return [
            late(.report(progress: 99, detail: "late")),
            late(.annotate) { $0.metadata = "{\"late-metadata-\(job.fence)\": true}" },
            late(.annotate) { $0.output = "\"late output of the claim \(job.fence) of \(job.id)\"" },
            late(.fail(.temporary("late"))),
            late(.fail(.userFixable("late"))),
            late(.fail(.adminRequired("late"))),
            late(.move(to: Errand.sorting.rawValue)) { $0.keepsClaim = true },
            late(.move(to: Errand.asking.rawValue)) {
                $0.output = "\"late output of the move \(job.fence) of \(job.id)\""
                $0.metadata = "{\"late-move-\(job.fence)\": true}"
            },
            late(.yield),
        ]
    }
}
