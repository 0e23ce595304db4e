import Crypto
import CryptoExtras
import Foundation
import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

@testable import LockstepServer

/// What a JWT must be to be believed, and everything that it must not be.
@Suite struct JWTTests {
    private static let secret = Array("a secret of thirty-two bytes, all told".utf8)
    private static let now = Timestamp(microseconds: 1_800_000_000_000_000)
    private static let exp = 1_800_000_600

    private static func text(_ data: some DataProtocol) -> String {
        Data(data).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    private static func signing(_ header: JSONValue, _ claims: JSONValue) throws -> String {
        text(Data(try header.encoded().utf8)) + "." + text(Data(try claims.encoded().utf8))
    }

    private static func hs256(
        _ claims: JSONValue, header: JSONValue = ["alg": "HS256", "typ": "JWT"], secret: [UInt8] = secret
    ) throws -> String {
        let signed = try signing(header, claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: SymmetricKey(data: secret))
        return signed + "." + text(Data(code))
    }

    private static func claims(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let usual: [String: JSONValue] = ["sub": "anna", "role": "client", "exp": .integer(Int64(exp))]
        return .object(usual.merging(more) { $1 }.filter { $0.value != .null })
    }

    private static func checker(_ keys: JWTKeys, _ rules: JWTRules = JWTRules()) -> JWTChecker {
        JWTChecker(keys, rules: rules, now: { now })
    }

    private static func identity(_ token: String, _ rules: JWTRules = JWTRules()) async throws -> Identity? {
        try await checker(try JWTKeys(secret: secret), rules).identity(forToken: token)
    }

    @Test func aGoodOneNamesItsUser() async throws {
        #expect(
            try await Self.identity(try Self.hs256(Self.claims())) == Identity(user: "anna", role: .client))
        let bound = try Self.hs256(Self.claims(["role": ["worker"], "lifecycles": ["video"]]))
        #expect(
            try await Self.identity(bound) == Identity(user: "anna", role: .worker, lifecycles: ["video"]))
        let named = try Self.hs256(Self.claims(["role": .null, "https://x/role": ["staff", "operator"]]))
        #expect(
            try await Self.identity(named, JWTRules(roleClaim: "https://x/role"))
                == Identity(user: "anna", role: .operator))
    }

    @Test(
        arguments: [
            ["exp": .null], ["exp": "later"], ["exp": .integer(1_799_999_970)],
            ["nbf": .integer(1_800_000_031)],
            ["nbf": "x"], ["sub": .null], ["sub": ""], ["sub": 7], ["sub": "a\u{0}"], ["role": .null],
            ["role": "emperor"], ["role": []], ["role": ["admin", "client"]], ["lifecycles": "video"],
        ] as [[String: JSONValue]])
    func aBadClaimOpensNothing(_ claims: [String: JSONValue]) async throws {
        #expect(try await Self.identity(try Self.hs256(Self.claims(claims))) == nil)
    }

    @Test func clocksMayBeALittleApart() async throws {
        let late = try Self.hs256(Self.claims(["exp": .integer(1_799_999_971)]))
        let early = try Self.hs256(Self.claims(["nbf": .integer(1_800_000_030)]))
        #expect(try await Self.identity(late) != nil)
        #expect(try await Self.identity(early) != nil)
        #expect(try await Self.identity(late, JWTRules(leeway: .zero)) == nil)
    }

    @Test func issuerAndAudienceAreChecked() async throws {
        let rules = JWTRules(issuer: "https://id", audience: "lockstep")
        func known(_ more: [String: JSONValue]) async throws -> Bool {
            try await Self.identity(try Self.hs256(Self.claims(more)), rules) != nil
        }
        #expect(try await known(["iss": "https://id", "aud": "lockstep"]))
        #expect(try await known(["iss": "https://id", "aud": ["other", "lockstep"]]))
        #expect(try await !known(["iss": "https://id", "aud": "other"]))
        #expect(try await !known(["iss": "https://id"]))
        #expect(try await !known(["iss": "https://evil", "aud": "lockstep"]))
        #expect(try await !known(["aud": "lockstep"]))
    }

    @Test func signaturesAndAlgorithmsAreChecked() async throws {
        let claims = Self.claims()
        let good = try Self.hs256(claims)
        let parts = good.split(separator: ".").map(String.init)
        let forged = try Self.hs256(Self.claims(["role": "admin"])).split(separator: ".").map(String.init)
        var bad = [
            try Self.hs256(claims, secret: Array(repeating: 7, count: 32)),
            "\(parts[0]).\(forged[1]).\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])",
            good + ".x", good + "=", " " + good, parts[0] + ".." + parts[2], "..", "a.b.c",
            try Self.signing(["alg": "none"], claims) + ".",
            try Self.signing(["alg": "none"], claims) + "." + parts[2],
            try Self.hs256(claims, header: ["alg": "HS256", "crit": ["exp"]]),
        ]
        for algorithm in ["none", "None", "hs256", "HS384", "HS512", "RS256", "ES256", ""] {
            bad.append(try Self.hs256(claims, header: ["alg": .string(algorithm)]))
        }
        bad.append(try Self.hs256(claims, header: ["typ": "JWT"]))
        bad.append(try Self.hs256(claims, header: ["alg": ["HS256"]]))
        for token in bad { #expect(try await Self.identity(token) == nil, "\(token)") }
        #expect(try await Self.identity(good) != nil)
    }

    /// The keys of a provider, two of each kind, and tokens by them.
    private struct Provider {
        let rsa: _RSA.Signing.PrivateKey
        let ec = P256.Signing.PrivateKey()
        let numbers: (n: Data, e: Data)

        init() throws {
            rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
            let primitives = try rsa.publicKey.getKeyPrimitives()
            numbers = (primitives.modulus, primitives.publicExponent)
        }

        var jwks: JSONValue {
            let point = ec.publicKey.rawRepresentation
            return [
                "keys": [
                    [
                        "kty": "RSA", "kid": "r1", "use": "sig", "alg": "RS256",
                        "n": .string(text(numbers.n)), "e": .string(text(numbers.e)),
                    ],
                    [
                        "kty": "EC", "kid": "e1", "crv": "P-256", "x": .string(text(point.prefix(32))),
                        "y": .string(text(point.suffix(32))),
                    ],
                    ["kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"],
                    ["kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": "AQAB"],
                ]
            ]
        }

        func rs256(_ claims: JSONValue, kid: String? = "r1", alg: String = "RS256") throws -> String {
            let signed = try signing(Self.header(alg, kid), claims)
            let signature = try rsa.signature(for: Data(signed.utf8), padding: .insecurePKCS1v1_5)
            return signed + "." + text(signature.rawRepresentation)
        }

        func es256(_ claims: JSONValue, kid: String? = "e1", der: Bool = false) throws -> String {
            let signed = try signing(Self.header("ES256", kid), claims)
            let signature = try ec.signature(for: Data(signed.utf8))
            return signed + "." + text(der ? signature.derRepresentation : signature.rawRepresentation)
        }

        private static func header(_ alg: String, _ kid: String?) -> JSONValue {
            .object(["alg": .string(alg)].merging(kid.map { ["kid": .string($0)] } ?? [:]) { $1 })
        }
    }

    @Test func aProvidersKeysAreUsedByTheirKind() async throws {
        let provider = try Provider()
        let checker = Self.checker(try JWTKeys(jwks: try provider.jwks.encoded()))
        func known(_ token: String) async throws -> Bool {
            try await checker.identity(forToken: token) != nil
        }
        let claims = Self.claims()
        #expect(try await known(try provider.rs256(claims)))
        #expect(try await known(try provider.rs256(claims, kid: nil)))
        #expect(try await known(try provider.es256(claims)))
        #expect(try await !known(try provider.rs256(claims, kid: "e1")))
        #expect(try await !known(try provider.rs256(claims, kid: "gone")))
        #expect(try await !known(try provider.rs256(claims, alg: "RS512")))
        #expect(try await !known(try provider.rs256(claims, alg: "PS256")))
        #expect(try await !known(try provider.es256(claims, der: true)))
        #expect(try await !known(try Provider().rs256(claims)))

        // The public key as a secret of HS256: the oldest trick there is.
        for secret in [
            Array(provider.rsa.publicKey.pemRepresentation.utf8),
            Array(provider.rsa.publicKey.derRepresentation),
            Array(provider.numbers.n), Array(provider.ec.publicKey.x963Representation),
        ] {
            for kid in ["r1", "e1"] {
                let token = try Self.hs256(
                    claims, header: ["alg": "HS256", "kid": .string(kid)], secret: secret)
                #expect(try await !known(token))
            }
        }

        // Keys are changed while the server runs.
        let next = try Provider()
        checker.use(try JWTKeys(jwks: try next.jwks.encoded()))
        #expect(try await known(try next.rs256(claims)))
        #expect(try await !known(try provider.rs256(claims)))
    }

    @Test func badKeysAreRefused() throws {
        #expect(throws: Failure.self) { try JWTKeys(secret: Array(repeating: 1, count: 31)) }
        for text in [
            "", "[]", #"{"keys": []}"#, #"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#,
            #"{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}"#,
            #"{"keys": [{"kty": "RSA", "e": "AQAB"}]}"#,
            #"{"keys": [{"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB"}]}"#,
            #"{"keys": [{"kty": "EC", "crv": "P-384", "x": "AQAB", "y": "AQAB"}]}"#,
        ] {
            #expect(throws: Failure.self, "\(text)") { try JWTKeys(jwks: text) }
        }
    }

    @Test func base64URLIsReadStrictly() {
        #expect(Base64URL.decode("AQAB") == Data([1, 0, 1]))
        #expect(Base64URL.decode("_-8") == Data([0xff, 0xef]))
        for text in ["AQA=", "A+AB", "A/AB", "AQ AB", "AQ\n", "A", "é"] {
            #expect(Base64URL.decode(text) == nil, "\(text)")
        }
    }

    /// By HTTP, in front of the routes.
    @Test func aJWTOpensTheServer() async throws {
        let store = MemoryStore()
        let checker = JWTChecker(try JWTKeys(secret: Self.secret))
        let router = LockstepServer.router(store: store, tokens: TokenChain([StaticTokens([:]), checker]))
        APIRoutes(store: store).add(to: router)
        try await TestServer.run(router) { server in
            let future = Int64(Date().timeIntervalSince1970) + 600
            let token = try Self.hs256(Self.claims(["exp": .integer(future)]))
            func status(_ token: String) async throws -> Int {
                try await server.send(.GET, "/v1/jobs/x", headers: ["Authorization": "Bearer \(token)"])
                    .status
            }
            #expect(try await status(token) == 404)
            #expect(try await status(token + "x") == 401)
            #expect(try await status(try Self.hs256(Self.claims(["exp": 1]))) == 401)
        }
    }
}
