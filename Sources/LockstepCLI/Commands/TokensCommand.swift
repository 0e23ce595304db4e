import ArgumentParser
import Foundation
import Lockstep
import LockstepServer

/// `lockstep tokens`
struct TokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Make, list and take away the tokens of the HTTP API.",
        subcommands: [TokensCreateCommand.self, TokensListCommand.self, TokensRevokeCommand.self])
}

extension Identity.Role: ExpressibleByArgument {}

/// `lockstep tokens create`
struct TokensCreateCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Make a token and write it to standard output, this once.",
        discussion: """
            admin: everything, tokens too. operator: sees and moves all jobs. worker: works on jobs, on those of \
            --lifecycle alone where that is said. client: starts jobs, and sees and moves those of --user alone.

            Only the token's SHA-256 is kept: a token that is lost is revoked and made again.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Whom it belongs to: the owner of a client's jobs, the name in the history.")
    var user: String

    @Option(help: "admin, operator, worker or client.")
    var role: Identity.Role

    @Option(
        name: .customLong("lifecycle"),
        help: "For a worker: a lifecycle that it is bound to; may be said again.",
        completion: Completion.lifecycles)
    var lifecycles: [String] = []

    @Option(help: ArgumentHelp("When it ends by itself, such as 12h or 90d.", valueName: "time"))
    var expiresIn: String?

    @Option(help: "What it is for, in words.")
    var note: String?

    func run() async throws {
        let tokens = SQLTokens(store: try await global.store())
        var grant = TokenGrant(
            user: user, role: role, lifecycles: lifecycles.isEmpty ? nil : lifecycles, note: note)
        if let expiresIn {
            guard let limit = TimeLimit(expiresIn) else {
                throw ValidationError("--expires-in is a time such as 12h or 90d, not '\(expiresIn)'")
            }
            grant.lifetime = limit
        }
        let (token, record) = try await tokens.create(grant)
        if global.json {
            try Output.json(Created(id: record.id, token: token, expiresAt: record.expiresAt))
        } else {
            Output.line(token)
        }
    }

    private struct Created: Encodable {
        let id: String
        let token: String
        let expiresAt: Timestamp?

        private enum CodingKeys: String, CodingKey {
            case id, token
            case expiresAt = "expires_at"
        }
    }
}

/// `lockstep tokens list`
struct TokensListCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens, newest first, without the tokens themselves.",
        discussion: "The last use is exact to ten minutes.")

    @OptionGroup var global: GlobalOptions

    @Option(help: "Those of this user alone.")
    var user: String?

    @Option(help: "Those of this role alone.")
    var role: Identity.Role?

    func run() async throws {
        let store = try await global.store()
        let records = try await SQLTokens(store: store).list(user: user, role: role)
        if global.json {
            try Output.json(["tokens": records])
            return
        }
        let now = store.time.now()
        var table = Table("id", "user", "role", "lifecycles", "made", "last used", "expires", "note")
        for record in records {
            let isOver = record.expiresAt.map { $0 <= now } ?? false
            table.add(
                .init(record.id), .init(record.user), .init(record.role),
                .init(record.lifecycles?.joined(separator: ", ") ?? ""), .init(Self.day(record.createdAt)),
                .init(record.lastUsedAt.map(Self.day) ?? "never"),
                .init(record.expiresAt.map(Self.day) ?? "", isOver ? .red : nil), .init(record.note ?? ""))
        }
        table.write(Terminal())
    }

    private static func day(_ time: Timestamp) -> String { time.date.formatted(.iso8601) }
}

/// `lockstep tokens revoke`
struct TokensRevokeCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take tokens away; servers let nobody in with them after five seconds.",
        discussion: "By the ids that 'lockstep tokens list' shows, or all of a user.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The ids of tokens.")
    var ids: [String] = []

    @Option(help: "All tokens of this user.")
    var user: String?

    func validate() throws {
        guard ids.isEmpty != (user == nil) else {
            throw ValidationError("name tokens by id, or a user by --user, and not both")
        }
    }

    func run() async throws {
        let tokens = SQLTokens(store: try await global.store())
        var count = 0
        var unknown: [String] = []
        if let user { count = try await tokens.revoke(user: user) }
        for id in ids {
            if try await tokens.revoke(id: id) { count += 1 } else { unknown.append(id) }
        }
        if global.json {
            try Output.json(["revoked": count])
        } else {
            Output.line("\(count) revoked")
        }
        guard unknown.isEmpty else {
            throw CommandError(
                "there is no token \(Sentence.list(unknown)); 'lockstep tokens list' shows them")
        }
    }
}
