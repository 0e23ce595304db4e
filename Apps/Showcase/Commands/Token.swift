import ArgumentParser
import LockstepServer

/// Prints a new token.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a token for a user and prints it; it cannot be read back later.")

    @Option(help: "The folder of the database.")
    var data: String

    @OptionGroup var store: StoreOptions

    @Option(help: "The user's name.")
    var user: String

    @Option(help: "What the user may do: client, admin or operator.")
    var role = "client"

    func validate() throws {
        guard ["client", "admin", "operator"].contains(role) else {
            throw ValidationError("--role must be client, admin or operator, not '\(role)'.")
        }
    }

    func run() async throws {
        guard let role = Identity.Role(rawValue: role) else { throw ValidationError("--role is not known.") }
        let folder = try await DataFolder(data)
        let tokens = SQLTokens(store: try await store.choice().open(folder))
        Output.line(try await tokens.create(user: user, role: role))
    }
}
