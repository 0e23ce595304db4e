import Hummingbird
import Lockstep
import LockstepServer

/// What a request asks for.
enum Asked {
    /// The video of the path and who asks.
    static func video(_ context: AppContext) throws -> (job: JobID, identity: Identity) {
        let identity = try context.requirePerson(to: "open videos")
        // Ids are UUIDs; anything else is nobody's video.
        guard let job = JobID(try context.parameters.require("id")) else { throw Problem.noVideo }
        return (job, identity)
    }
}
