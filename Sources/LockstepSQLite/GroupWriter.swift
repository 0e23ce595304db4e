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
        /// Whether the write's own failure is to be expected, so that it alone is undone.
        let needsSavepoint: Bool
        /// Whether others need not hear of it.
        let isQuiet: Bool
    }
    /// A write that failed has left its traces in a transaction that others share.
    private struct Spoilt: Error {}
    private struct State {
        var queue: [Write] = []
        var isDraining = false
    }

    private let pool: DatabasePool
    private let gate: WriteGate
    private let busyLimit: Duration
    private let onBegin: @Sendable (Database) throws -> Void
    private let onCommit: @Sendable () -> Void
    private let onUndo: @Sendable () -> Void
    private let state = Mutex(State())

    init(
        pool: DatabasePool, gate: WriteGate, busyLimit: Duration,
        onBegin: @escaping @Sendable (Database) throws -> Void, onCommit: @escaping @Sendable () -> Void,
        onUndo: @escaping @Sendable () -> Void
    ) {
        self.pool = pool
        self.gate = gate
        self.busyLimit = busyLimit
        self.onBegin = onBegin
        self.onCommit = onCommit
        self.onUndo = onUndo
    }

    /// Carries out `body` within a transaction and returns its result once that is on disk.
    ///
    /// Throwing undoes what `body` did. It may run twice, the first time undone: when another write of its
    /// group fails.
    /// - Parameters:
    ///   - savepoint: whether `body` may well throw, as an application's may: then a savepoint keeps the
    ///     others of its group. What throws only when the database itself fails does without, for a savepoint
    ///     copies every page that is written within it.
    ///   - isQuiet: whether nobody needs to be woken by it, such as a heartbeat.
    /// - Throws: what `body` throws; ``SQLError`` when the commit fails.
    func perform<Result: Sendable>(
        savepoint: Bool, isQuiet: Bool = false, _ body: @escaping @Sendable (Database) throws -> Result
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
                }, fail: { continuation.resume(throwing: $0) }, needsSavepoint: savepoint,
                isQuiet: isQuiet)
            let mustStart = state.withLock { state in
                state.queue.append(write)
                defer { state.isDraining = true }
                return !state.isDraining
            }
            if mustStart { pool.asyncWriteWithoutTransaction { db in self.drain(db) } }
        }
    }

    /// Carries out what cannot be done within a transaction, between two groups and under the gate.
    func performAlone<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.writeWithoutTransaction { [self] db in
                try gate.enter(limit: busyLimit)
                defer { gate.leave() }
                defer { onUndo() }
                let result = try body(db)
                gate.announce()
                onCommit()
                return result
            }
        } catch {
            throw SQLError.from(error)
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
            for acknowledge in commit(group, db) {
                CrashPoint.reach("acknowledge.before")
                acknowledge()
            }
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
        do {
            return try commitTogether(group, db)
        } catch {
            rollback(db)
            let error = SQLError.from(error)
            let isOneWritesFault = error is Spoilt || (error as? SQLError)?.kind == .constraint
            guard group.count > 1, isOneWritesFault else {
                return group.map { write in { write.fail(error) } }
            }
            // One write failed without a savepoint, or violates a constraint that is checked at commit: each
            // is tried by itself.
            return group.flatMap { write -> [() -> Void] in
                do {
                    return try commitTogether([write], db)
                } catch {
                    rollback(db)
                    let error = SQLError.from(error)
                    return [{ write.fail(error) }]
                }
            }
        }
    }

    /// Carries out writes in one transaction. A write that fails by itself is undone and told so.
    /// - Throws: what undoes all of them.
    private func commitTogether(_ group: [Write], _ db: Database) throws -> [() -> Void] {
        var told: [() -> Void] = []
        let changesBefore = db.totalChangesCount
        CrashPoint.reach("transaction.before")
        try db.beginTransaction(.immediate)
        try onBegin(db)
        for write in group {
            // A write that is alone is undone with its transaction.
            let hasSavepoint = write.needsSavepoint && group.count > 1
            do {
                let acknowledge = try hasSavepoint ? runInSavepoint(write, db) : write.run(db)
                told.append { acknowledge(nil) }
            } catch {
                // SQLite undoes the whole transaction by itself when the disk is full or fails.
                guard group.count > 1, db.isInsideTransaction else { throw error }
                guard hasSavepoint else { throw Spoilt() }
                onUndo()
                let error = SQLError.from(error)
                told.append { write.fail(error) }
            }
        }
        CrashPoint.reach("commit.before")
        try db.commit()
        CrashPoint.reach("commit.after")
        if db.totalChangesCount != changesBefore, group.contains(where: { !$0.isQuiet }) {
            gate.announce()
            onCommit()
        }
        return told
    }

    private func runInSavepoint(
        _ write: Write, _ db: Database
    ) throws -> @Sendable ((any Error)?) -> Void {
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
        onUndo()
        guard db.isInsideTransaction else { return }
        do {
            try db.rollback()
        } catch {
            // The connection is beyond repair for now; the next group's BEGIN reports it to its callers.
        }
    }
}
