import Hummingbird
import Lockstep
import LockstepServer

/// What a request asks for.
enum Asked {
    /// Who asks. Workers have no sessions.
    static func person(_ context: AppContext) throws -> Identity {
        try context.requirePerson(to: "open expenses")
    }

    /// The session of the path and who asks.
    static func session(_ context: AppContext) throws -> (id: JobID, identity: Identity) {
        let identity = try person(context)
        // Ids are UUIDs; anything else is nobody's session.
        guard let id = JobID(try context.parameters.require("id")) else { throw Problem.noSession }
        return (id, identity)
    }
}
