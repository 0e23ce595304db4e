extension PGConnection {
    /// Commits the open transaction.
    static let commitStatement = PGStatement("COMMIT")

    /// Commits the open transaction.
    /// - Throws: ``SQLError``; of kind `unknown` when the connection broke before the answer came.
    func commit() throws { try run(Self.commitStatement) }

    /// What a session of the store's own plans by. A statement is planned once, for whatever its arrays will hold,
    /// perhaps while its table is empty: there it would be given a scan of the whole table for good. Every statement
    /// has an index, or the place of its rows, to go by.
    private static let settings = [
        "plan_cache_mode": "force_generic_plan", "jit": "off", "enable_seqscan": "off",
        "enable_hashjoin": "off", "enable_mergejoin": "off",
    ]

    /// Settles how a new connection of the store plans its statements, where it is the store's alone. Through a pooler
    /// nothing may be left on a session; there every statement is planned anew, for the table as it is.
    func settle() throws {
        guard !isPooled else { return }
        try execute(
            Self.settings.sorted { $0.key < $1.key }.map { "SET \($0) = \($1)" }.joined(separator: "; "))
    }

    /// Lets the statements of an application be planned as they would be elsewhere, in this transaction.
    static let ordinaryPlans = settings.keys.sorted().map { "SET LOCAL \($0) TO DEFAULT" }
        .joined(separator: "; ")
}
