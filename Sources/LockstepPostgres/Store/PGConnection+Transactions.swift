extension PGConnection {
    private static let commitStatement = PGStatement("COMMIT")

    /// Commits the open transaction.
    func commit() throws { try run(Self.commitStatement) }
}
