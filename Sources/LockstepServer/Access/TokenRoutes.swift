import HTTPTypes
import Hummingbird
import Lockstep

/// The routes by which admins make, list and take away tokens.
///
/// | route | answers |
/// |---|---|
/// | `POST /v1/tokens` | 201, the record and the token, which is shown this once |
/// | `GET /v1/tokens?user&role` | 200 and `{"tokens": […]}`, newest first, without the tokens themselves |
/// | `DELETE /v1/tokens/{id}` | 204; 404 when there is none |
///
/// All others are answered 403.
public struct TokenRoutes: Sendable {
    private let tokens: SQLTokens
    private let cache: CachedTokens?

    /// Makes the routes.
    /// - Parameter cache: is made to forget what is revoked here.
    public init(_ tokens: SQLTokens, cache: CachedTokens? = nil) {
        self.tokens = tokens
        self.cache = cache
    }

    /// Adds the routes, with their prefix `/v1`, to a router or a group.
    public func add(to router: some RouterMethods<AppContext>) {
        let group = router.group("/v1/tokens")
        group.post { request, context in try await create(request, context) }
        group.get { request, context in try await list(request, context) }
        group.delete("/:id") { request, context in try await revoke(request, context) }
    }

    private static let fields = ["user", "role", "lifecycles", "note", "expires_in"]

    private func create(_ request: Request, _ context: AppContext) async throws -> Response {
        try Self.requireAdmin(context)
        _ = try QueryParameters(of: request, known: [])
        let body = try await RequestObject(reading: request, fields: Self.fields, limit: 16 << 10)
        let text = try body.requiredText("role", longest: 255)
        var grant = TokenGrant(
            user: try body.requiredText("user", longest: NewJob.longestName), role: try Self.role(text))
        grant.note = try body.text("note", longest: TokenGrant.longestNote)
        if let list = body.json("lifecycles") { grant.lifecycles = try Self.names(list) }
        if let lifetime = try body.text("expires_in", longest: 255) {
            guard let limit = TimeLimit(lifetime) else {
                throw Problem.unprocessable(
                    "'expires_in' is no time: '\(Problem.shortened(lifetime))'; write for example 12h or 90d")
            }
            grant.lifetime = limit
        }
        let (token, record) = try await tokens.create(grant)
        let created = CreatedToken(record: record, token: token)
        return Response.json(
            try JSONText.encode(created), status: .created, headers: [.location: "/v1/tokens/\(record.id)"])
    }

    private func list(_ request: Request, _ context: AppContext) async throws -> Response {
        try Self.requireAdmin(context)
        let parameters = try QueryParameters(of: request, known: ["user", "role"])
        let role = try parameters.text("role").map { try Self.role($0) }
        let user = try parameters.text("user")
        return Response.json(try JSONText.encode(["tokens": try await tokens.list(user: user, role: role)]))
    }

    private func revoke(_ request: Request, _ context: AppContext) async throws -> Response {
        try Self.requireAdmin(context)
        _ = try QueryParameters(of: request, known: [])
        let id = context.parameters.get("id") ?? ""
        guard id.utf8.count == 16, id.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
            try await tokens.revoke(id: id)
        else {
            throw Problem.notFound(
                "there is no token '\(Problem.shortened(id))'; GET /v1/tokens lists their ids")
        }
        cache?.forget()
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private static func requireAdmin(_ context: AppContext) throws {
        guard try context.requireIdentity().role == .admin else {
            throw Problem.forbidden("only an admin's token makes, lists and revokes tokens")
        }
    }

    private static func role(_ text: String) throws -> Identity.Role {
        guard let role = Identity.Role(rawValue: text) else {
            let roles = Identity.Role.allCases.map(\.rawValue)
            throw Problem.unprocessable(
                "there is no role '\(Problem.shortened(text))'; use one of \(roles.joined(separator: ", "))",
                accepted: roles)
        }
        return role
    }

    private static func names(_ list: String) throws -> [String] {
        do {
            return try JSONText.decode([String].self, from: list)
        } catch is DecodingError {
            throw Problem.unprocessable("'lifecycles' must be a list of names")
        }
    }

    private struct CreatedToken: Encodable {
        let record: TokenRecord
        let token: String

        private enum CodingKeys: String, CodingKey { case token }

        func encode(to encoder: any Encoder) throws {
            try record.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(token, forKey: .token)
        }
    }
}
