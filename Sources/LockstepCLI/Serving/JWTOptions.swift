import ArgumentParser
import Foundation
import Lockstep
import LockstepServer
import Logging

/// How users are known by JWTs.
struct JWTOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with the secret of HS256, 32 bytes or more; space at its ends does not count.",
            valueName: "file"),
        completion: .file())
    var jwtSecretFile: String?

    @Option(
        help: ArgumentHelp(
            "A file with the public keys of RS256 and ES256, as a JWKS; it is read again at SIGHUP.",
            valueName: "file"),
        completion: .file())
    var jwtJwks: String?

    @Option(help: "The issuer that JWTs must name; required with --jwt-jwks.")
    var jwtIssuer: String?

    @Option(help: "The audience that JWTs must name; required with --jwt-jwks.")
    var jwtAudience: String?

    @Option(help: "The claim that holds the role.")
    var jwtRoleClaim = "role"

    func validate() throws {
        guard jwtSecretFile == nil || jwtJwks == nil else {
            throw ValidationError(
                "say --jwt-secret-file or --jwt-jwks, not both: one key decides the algorithm")
        }
        // The keys of an identity provider sign for all its customers' services.
        guard jwtJwks == nil || jwtIssuer != nil && jwtAudience != nil else {
            throw ValidationError("--jwt-jwks needs --jwt-issuer and --jwt-audience")
        }
    }

    /// The keys as the files hold them now; `nil` when no JWTs are used. Blocks.
    func keys() throws -> JWTKeys? {
        if let jwtSecretFile {
            let text = try Self.text(jwtSecretFile).trimmingCharacters(in: .whitespacesAndNewlines)
            return try JWTKeys(secret: Array(text.utf8))
        }
        return try jwtJwks.map { try JWTKeys(jwks: try Self.text($0)) }
    }

    /// The checker; `nil` when no JWTs are used.
    func checker(_ logger: Logger) throws -> JWTChecker? {
        try keys().map { keys in
            JWTChecker(
                keys, rules: JWTRules(issuer: jwtIssuer, audience: jwtAudience, roleClaim: jwtRoleClaim),
                logger: logger)
        }
    }

    private static func text(_ file: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandError("the key file '\(file)' cannot be read as text; name one that can")
        }
    }
}
