import Foundation
import Lockstep
import Logging
import Synchronization

/// What a JWT must say to be believed.
public struct JWTRules: Sendable {
    /// The issuer (`iss`); `nil` takes any.
    public var issuer: String?
    /// The audience (`aud`) that must be among the token's; `nil` takes any.
    public var audience: String?
    /// The claim that holds the role, a text or a list with exactly one role in it.
    public var roleClaim: String
    /// How far the clocks may be apart.
    public var leeway: Duration

    /// Makes rules.
    public init(
        issuer: String? = nil, audience: String? = nil, roleClaim: String = "role",
        leeway: Duration = .seconds(30)
    ) {
        self.issuer = issuer
        self.audience = audience
        self.roleClaim = roleClaim
        self.leeway = leeway
    }
}

/// Knows users by JSON Web Tokens (RFC 7519) that somebody else has signed.
///
/// | claim | means |
/// |---|---|
/// | `sub` | the user: required |
/// | `role` (or ``JWTRules/roleClaim``) | admin, operator, worker or client: required |
/// | `lifecycles` | a worker's, which it is bound to; a list of names |
/// | `exp` | required, and to come |
/// | `nbf` | not to come, where it is said |
/// | `iss`, `aud` | as the rules say |
///
/// Algorithms are HS256, RS256 and ES256, and which of them is taken depends on the key; see ``JWTKeys``. What
/// is not believed is answered as an unknown token; the log says why, at level info.
public final class JWTChecker: TokenChecker {
    private let rules: JWTRules
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let keys: Mutex<JWTKeys>

    /// Makes a checker.
    /// - Parameter now: the time; a test brings its own.
    public init(
        _ keys: JWTKeys, rules: JWTRules = JWTRules(),
        logger: Logger = Logger(label: "jwt", factory: { _ in SwiftLogNoOpLogHandler() }),
        now: @escaping @Sendable () -> Timestamp = { SystemTime().now() }
    ) {
        self.rules = rules
        self.now = now
        self.logger = logger
        self.keys = Mutex(keys)
    }

    /// Goes on with other keys.
    public func use(_ keys: JWTKeys) { self.keys.withLock { $0 = keys } }

    /// See ``TokenChecker/identity(forToken:)``. Never throws.
    public func identity(forToken token: String) async throws -> Identity? {
        // What is no JWT by its form is none of this checker's business.
        guard token.utf8.count <= BearerAuth.longestToken, token.utf8.count(where: { $0 == 46 }) == 2 else {
            return nil
        }
        do {
            return try check(token)
        } catch {
            logger.info("a JWT was refused", metadata: ["why": "\(error.why)"])
            return nil
        }
    }

    /// Why a token is not believed.
    private struct Doubt: Error {
        let why: String
        init(_ why: String) { self.why = why }
    }

    private func check(_ token: String) throws(Doubt) -> Identity {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]), !signature.isEmpty else {
            throw Doubt("it is not signed, or is no JWT at all")
        }
        let header = try Self.object(parts[0], "header")
        // What must be understood (RFC 7515, section 4.1.11) is not.
        guard header["crit"] == nil else { throw Doubt("its header has 'crit'") }
        guard let algorithm = header["alg"]?.text else { throw Doubt("its header names no algorithm") }
        let id = header["kid"]?.text
        let candidates = keys.withLock { $0.candidates(algorithm, id: id) }
        guard !candidates.isEmpty else {
            throw Doubt(
                "no key here is for '\(algorithm.prefix(20))'\(id.map { " with the id '\($0.prefix(80))'" } ?? "")"
            )
        }
        let signed = Data(token.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        guard candidates.contains(where: { $0.accepts(signature, for: signed) }) else {
            throw Doubt("its signature does not hold")
        }
        return try identity(try Self.object(parts[1], "payload"))
    }

    private static func object(_ part: Substring, _ name: String) throws(Doubt) -> JSONValue {
        guard let bytes = Base64URL.decode(part) else { throw Doubt("its \(name) is no base64url") }
        do {
            let value = try JSONDecoder().decode(JSONValue.self, from: bytes)
            if case .object = value { return value }
        } catch {
            throw Doubt("its \(name) is no JSON")
        }
        throw Doubt("its \(name) is no JSON object")
    }

    // MARK: Claims

    private func identity(_ claims: JSONValue) throws(Doubt) -> Identity {
        try checkTime(claims)
        if let issuer = rules.issuer, claims["iss"]?.text != issuer {
            throw Doubt("it was issued by somebody else than '\(issuer)'")
        }
        if let audience = rules.audience, !Self.texts(claims["aud"]).contains(audience) {
            throw Doubt("it is not for '\(audience)'")
        }
        guard let user = claims["sub"]?.text, (1...NewJob.longestName).contains(user.utf8.count),
            !user.utf8.contains(0)
        else { throw Doubt("'sub' names no user") }
        let said = Self.texts(claims[rules.roleClaim])
        let roles = Set(said.compactMap(Identity.Role.init))
        guard let role = roles.first, roles.count == 1 else {
            throw Doubt("'\(rules.roleClaim)' must hold exactly one role")
        }
        let bound: Set<String>?
        switch claims["lifecycles"] {
        case nil: bound = nil
        case .array(let names)?: bound = Set(names.compactMap(\.text))
        case _?: throw Doubt("'lifecycles' is no list")
        }
        return Identity(user: user, role: role, lifecycles: bound)
    }

    private func checkTime(_ claims: JSONValue) throws(Doubt) {
        let seconds = Double(now().microseconds) / 1e6
        let leeway = rules.leeway / .seconds(1)
        guard let expires = claims["exp"]?.double else { throw Doubt("it never expires: 'exp' is missing") }
        guard seconds < expires + leeway else { throw Doubt("it has expired") }
        if let begins = claims["nbf"] {
            guard let begins = begins.double, begins - leeway <= seconds else {
                throw Doubt("it is not yet valid")
            }
        }
    }

    private static func texts(_ value: JSONValue?) -> [String] {
        switch value {
        case .string(let text)?: [text]
        case .array(let items)?: items.compactMap(\.text)
        default: []
        }
    }
}
