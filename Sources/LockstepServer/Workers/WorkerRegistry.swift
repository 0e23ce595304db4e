import Lockstep
import Synchronization

/// What a worker that comes by HTTP said of itself when it was registered, so that its heartbeats need not repeat it.
///
/// The store keeps it; this server remembers it, and asks the store for a worker that registered at another one.
final class WorkerRegistry: Sendable {
    /// What is known of a worker.
    struct Entry: Sendable {
        let statuses: [String: [String]]
        let lease: Duration
        let host: String
        /// When its lease ends, as far as this server knows.
        var leaseEnds: Timestamp
    }

    /// How many workers are remembered; the others are asked for again.
    private static let most = 10_000

    private let entries = Mutex([WorkerID: Entry]())
    private let store: any Store

    init(store: any Store) { self.store = store }

    /// Remembers a worker.
    func remember(_ worker: WorkerID, _ entry: Entry) {
        let now = store.time.now()
        entries.withLock { entries in
            if entries.count >= Self.most { entries = entries.filter { $0.value.leaseEnds > now } }
            if entries.count >= Self.most { entries.removeAll() }
            entries[worker] = entry
        }
    }

    /// Notes that a worker's lease was renewed at this moment.
    func renew(_ worker: WorkerID, at moment: Timestamp) {
        entries.withLock { entries in
            guard let entry = entries[worker] else { return }
            entries[worker]?.leaseEnds = moment + entry.lease
        }
    }

    /// Forgets a worker.
    func forget(_ worker: WorkerID) { _ = entries.withLock { $0.removeValue(forKey: worker) } }

    /// What is known of a worker; `nil` when nobody knows it.
    /// - Throws: an error of the store.
    func entry(_ worker: WorkerID) async throws -> Entry? {
        if let known = entries.withLock({ $0[worker] }) { return known }
        return try await read(worker)
    }

    /// What is known of a worker whose lease has not ended; `nil` for any other.
    /// - Throws: an error of the store.
    func living(_ worker: WorkerID) async throws -> Entry? {
        let now = store.time.now()
        if let known = entries.withLock({ $0[worker] }), known.leaseEnds > now { return known }
        // Its heartbeats may go to another server.
        return try await read(worker).flatMap { $0.leaseEnds > now ? $0 : nil }
    }

    private func read(_ worker: WorkerID) async throws -> Entry? {
        guard let record = try await store.workers().first(where: { $0.id == worker }) else {
            forget(worker)
            return nil
        }
        let entry = Entry(
            statuses: record.statuses, lease: max(.seconds(1), record.leaseEnds - record.beatAt),
            host: record.host, leaseEnds: record.leaseEnds)
        remember(worker, entry)
        return entry
    }
}
