extension PGConnection {
    /// Commits the open transaction.
    static let commitStatement = PGStatement("COMMIT")

    /// Commits the open transaction.
    /// - Throws: ``SQLError``; of kind `unknown` when the connection broke before the answer came.
    func commit() throws { try run(Self.commitStatement) }

    /// Settles how a new connection of the store plans its statements, where it is the store's alone: each is planned
    /// once, for whatever its arrays will hold, and none is compiled. Through a pooler nothing may be left on a
    /// session; there the roles should have these settings.
    func settle() throws {
        guard !isPooled else { return }
        try execute("SET plan_cache_mode = force_generic_plan; SET jit = off")
    }

    /// Lets the statements of an application be planned as they would be elsewhere, in this transaction.
    static let ordinaryPlans = "SET LOCAL plan_cache_mode = auto"
}
