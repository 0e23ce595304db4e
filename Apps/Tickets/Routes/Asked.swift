import Hummingbird
import Lockstep
import LockstepServer

/// What a request is about, and who sends it.
enum Asked {
    /// Who asks; workers have no sessions.
    static func person(_ context: AppContext) throws -> Identity {
        try context.requirePerson(to: "open sessions")
    }

    /// The session of the path, and who asks.
    static func session(_ context: AppContext) throws -> (id: JobID, identity: Identity) {
        let identity = try person(context)
        // Ids are UUIDs; anything else is nobody's session.
        guard let id = JobID(try context.parameters.require("id")) else { throw Problem.noSession }
        return (id, identity)
    }

    /// The ticket of the path, and who asks.
    static func ticket(_ context: AppContext) throws -> (id: JobID, identity: Identity) {
        let identity = try person(context)
        guard let id = JobID(try context.parameters.require("id")) else { throw Problem.noTicket }
        return (id, identity)
    }
}
