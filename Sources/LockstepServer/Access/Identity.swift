import Lockstep

/// Who sent a request, as its token says.
public struct Identity: Hashable, Sendable {
    /// The user's or account's name: what a job's owner is compared with.
    public let user: String
    /// What the user may do.
    public let role: Role
    /// The lifecycles that a worker is bound to; `nil` binds to none. Other roles are never bound.
    public let lifecycles: Set<String>?

    /// Makes an identity.
    public init(user: String, role: Role, lifecycles: Set<String>? = nil) {
        self.user = user
        self.role = role
        self.lifecycles = role == .worker ? lifecycles : nil
    }

    /// Whether a worker of this identity may announce itself for a lifecycle, and work on its jobs.
    public func mayWork(on lifecycle: String) -> Bool {
        switch role {
        case .admin: true
        case .worker: lifecycles?.contains(lifecycle) ?? true
        case .operator, .client: false
        }
    }

    /// What a user may do.
    public enum Role: String, Sendable, CaseIterable {
        /// Sees all jobs and moves them as an operator; administers tokens.
        case admin
        /// Sees all jobs and moves them as an operator.
        case `operator`
        /// A worker process: neither starts nor reads jobs through the client routes.
        case worker
        /// Starts jobs of its own, and sees and moves those alone.
        case client
    }

    /// Whether the identity sees and moves everybody's jobs.
    public var operates: Bool { role == .admin || role == .operator }

    /// The actor that history names: an operator, the owner, or a worker.
    public var actor: Actor {
        switch role {
        case .admin, .operator: .operator(user)
        case .worker: .worker(user)
        case .client: .owner(user)
        }
    }
}
