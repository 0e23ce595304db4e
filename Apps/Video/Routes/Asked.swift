import Hummingbird
import Lockstep
import LockstepServer

/// What a request asks for.
enum Asked {
    /// Who asks. Workers have no videos.
    static func person(_ context: AppContext) throws -> Identity {
        let identity = try context.requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token opens no videos; use a client's")
        }
        return identity
    }

    /// The video of the path and who asks.
    static func video(_ context: AppContext) throws -> (job: JobID, identity: Identity) {
        let identity = try person(context)
        // Ids are UUIDs; anything else is nobody's video.
        guard let job = JobID(try context.parameters.require("id")) else { throw Problem.noVideo }
        return (job, identity)
    }
}
