import GRDB
import Lockstep
import LockstepSQL
import Synchronization

/// Carries out writes on the one writing connection, as many as have come in one transaction.
///
/// While one group is being committed the next one collects: alone, a write commits at once; under load many
/// acknowledgements share one fsync. A write is acknowledged after the commit of its group, never before.
final class GroupWriter: Sendable {
    private struct Write: Sendable {
        /// Does the work; gives back how to tell the caller once the group is committed, or was not.
        let run: @Sendable (Database) throws -> @Sendable ((any Error)?) -> Void
        let fail: @Sendable (any Error) -> Void
        /// Whether a failure inside must undo what the write did so far.
        let needsSavepoint: Bool
    }
    private struct State {
        var queue: [Write] = []
        var isDraining = false
    }

    private let pool: DatabasePool
    private let gate: WriteGate
    private let busyLimit: Duration
    private let onCommit: @Sendable () -> Void
    private let state = Mutex(State())

    init(
        pool: DatabasePool, gate: WriteGate, busyLimit: Duration, onCommit: @escaping @Sendable () -> Void
    ) {
        self.pool = pool
        self.gate = gate
        self.busyLimit = busyLimit
        self.onCommit = onCommit
    }

    /// Carries out `body` within a transaction and returns its result once that is on disk.
    /// - Parameter savepoint: whether throwing must undo what `body` did; bodies of a single statement, or
    ///   which handle their errors themselves, do without.
    /// - Throws: what `body` throws; ``SQLError`` when the commit fails.
    func perform<Result: Sendable>(
        savepoint: Bool, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let write = Write(
                run: { db in
                    let result = try body(db)
                    return { error in
                        if let error {
                            continuation.resume(throwing: error)
                        } else {
                            continuation.resume(returning: result)
                        }
                    }
                }, fail: { continuation.resume(throwing: $0) }, needsSavepoint: savepoint)
            let mustStart = state.withLock { state in
                state.queue.append(write)
                defer { state.isDraining = true }
                return !state.isDraining
            }
            if mustStart { pool.asyncWriteWithoutTransaction { db in self.drain(db) } }
        }
    }

    private func drain(_ db: Database) {
        while true {
            let group = state.withLock { state -> [Write] in
                defer { state.queue = [] }
                if state.queue.isEmpty { state.isDraining = false }
                return state.queue
            }
            if group.isEmpty { return }
            for acknowledge in commit(group, db) { acknowledge() }
        }
    }

    /// Commits a group and gives back how to tell each caller.
    private func commit(_ group: [Write], _ db: Database) -> [() -> Void] {
        do {
            try gate.enter(limit: busyLimit)
        } catch {
            return group.map { write in { write.fail(error) } }
        }
        defer { gate.leave() }
        var told: [() -> Void] = []
        var open: [@Sendable ((any Error)?) -> Void] = []
        do {
            try db.beginTransaction(.immediate)
            for (position, write) in group.enumerated() {
                do {
                    open.append(try run(write, db))
                } catch {
                    let error = SQLError.from(error)
                    told.append { write.fail(error) }
                    if !db.isInsideTransaction {
                        // SQLite undid the whole transaction by itself (disk full, I/O error).
                        told += open.map { acknowledge in { acknowledge(error) } }
                        told += group[(position + 1)...].map { write in { write.fail(error) } }
                        return told
                    }
                }
            }
            try db.commit()
            gate.announce()
            onCommit()
            return told + open.map { acknowledge in { acknowledge(nil) } }
        } catch {
            let error = SQLError.from(error)
            rollback(db)
            if open.isEmpty, told.isEmpty { return group.map { write in { write.fail(error) } } }
            return told + open.map { acknowledge in { acknowledge(error) } }
        }
    }

    private func run(_ write: Write, _ db: Database) throws -> @Sendable ((any Error)?) -> Void {
        guard write.needsSavepoint else { return try write.run(db) }
        var acknowledge: (@Sendable ((any Error)?) -> Void)?
        try db.inSavepoint {
            acknowledge = try write.run(db)
            return .commit
        }
        guard let acknowledge else {
            throw SQLError(kind: .other, message: "a write ended without a result")
        }
        return acknowledge
    }

    private func rollback(_ db: Database) {
        guard db.isInsideTransaction else { return }
        do {
            try db.rollback()
        } catch {
            // The connection is beyond repair for now; the next group's BEGIN reports it to its callers.
        }
    }
}
