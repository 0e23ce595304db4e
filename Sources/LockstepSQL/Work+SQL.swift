import Lockstep

extension Work {
    /// Writes to the application's tables in the transaction of the move. Throwing refuses the move; a
    /// violated constraint parks the job.
    public func alsoSQL(_ write: @escaping @Sendable (any SQLTransaction) throws -> Void) {
        also { transaction in
            guard let sql = transaction as? any SQLTransaction else {
                throw Failure.adminRequired(
                    "this store has no database for the application's tables", code: "no_sql")
            }
            try write(sql)
        }
    }

    /// Writes to the application's tables in the middle of the work, in a transaction of its own and under the claim: when
    /// it returns, it was written; a worker that holds the job no longer writes nothing.
    /// - Parameters:
    ///   - progress: 0 to 100, and what is being done, reported with it.
    ///   - store: the store that the job was claimed from.
    /// - Throws: a `Refusal` when the claim is lost; what `write` throws; `SQLError`.
    public func writeSQL(
        in store: any SQLStore, progress: Int = 0, _ detail: String? = nil,
        _ write: @escaping @Sendable (any SQLTransaction) throws -> Void
    ) async throws {
        guard let worker = job.record.claimedBy else { throw CancellationError() }
        var command = Command(
            .report(progress: progress, detail: detail), job: id, of: Status.name, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: job.record.fence)
        let report = command
        try await store.write { transaction in
            _ = try transaction.apply(report).get()
            try write(transaction)
        }
    }
}
