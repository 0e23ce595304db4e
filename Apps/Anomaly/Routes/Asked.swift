import Hummingbird
import LockstepServer

/// What a request asks for.
enum Asked {
    /// The user who asks. Workers have no datasets.
    static func user(_ context: AppContext) throws -> String {
        try context.requirePerson(to: "open datasets").user
    }

    /// The dataset of the path and the user who asks.
    static func dataset(_ context: AppContext) throws -> (id: String, user: String) {
        let user = try user(context)
        let id = try context.parameters.require("id")
        // Ids are UUIDs; anything else is nobody's dataset.
        guard id.utf8.count == 36 else { throw Problem.noDataset }
        return (id.lowercased(), user)
    }
}
