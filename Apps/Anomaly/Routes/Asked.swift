import Hummingbird
import LockstepServer

/// What a request asks for.
enum Asked {
    /// The user who asks. Workers have no datasets.
    static func user(_ context: AppContext) throws -> String {
        let identity = try context.requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token opens no datasets; use a client's")
        }
        return identity.user
    }

    /// The dataset of the path and the user who asks.
    static func dataset(_ context: AppContext) throws -> (id: String, user: String) {
        let user = try user(context)
        let id = try context.parameters.require("id")
        // Ids are UUIDs; anything else is nobody's dataset.
        guard id.utf8.count == 36 else { throw Problem.noDataset }
        return (id.lowercased(), user)
    }

    /// A whole number of the query, within a range.
    static func number(
        _ name: String, of request: Request, default usual: Int, in range: ClosedRange<Int>
    ) throws -> Int {
        guard let text = request.uri.queryParameters[name[...]] else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.unprocessable(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
