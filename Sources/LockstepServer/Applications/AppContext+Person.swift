extension AppContext {
    /// Who asks, where workers have nothing to ask for.
    /// - Parameter what: what a worker's token may not do, such as `open datasets`.
    /// - Throws: ``Problem`` 401 when nobody is known, 403 for a worker.
    public func requirePerson(to what: String) throws -> Identity {
        let identity = try requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token may not \(what); use a client's")
        }
        return identity
    }
}
