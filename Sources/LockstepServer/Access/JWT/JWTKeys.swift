import Crypto
import CryptoExtras
import Foundation
import Lockstep

/// The keys by which JWTs are checked: one secret, or the public keys of a JWKS (RFC 7517).
///
/// The key decides the algorithm, never the token: a secret checks HS256 alone, an RSA key RS256, a key on the
/// curve P-256 ES256. So a public key cannot be passed off as a secret, and `none` is not known at all (RFC 8725,
/// sections 2.1 and 3.1).
public struct JWTKeys: Sendable {
    /// The shortest secret in bytes: as long as the hash (RFC 7518, section 3.2).
    public static let shortestSecret = 32
    /// How many keys a JWKS may hold.
    public static let most = 64

    enum Key: Sendable {
        case hs256(SymmetricKey)
        case rs256(_RSA.Signing.PublicKey)
        case es256(P256.Signing.PublicKey)

        var algorithm: String {
            switch self {
            case .hs256: "HS256"
            case .rs256: "RS256"
            case .es256: "ES256"
            }
        }

        /// Whether a signature holds for what was signed.
        func accepts(_ signature: Data, for signed: Data) -> Bool {
            switch self {
            case .hs256(let key):
                // In constant time, by the library.
                return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signed, using: key)
            case .rs256(let key):
                return key.isValidSignature(
                    _RSA.Signing.RSASignature(rawRepresentation: signature), for: signed,
                    padding: .insecurePKCS1v1_5)
            case .es256(let key):
                // Two numbers of 32 bytes (RFC 7518, section 3.4); anything else is no signature.
                guard signature.count == 64,
                    let ecdsa = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
                else { return false }
                return key.isValidSignature(ecdsa, for: signed)
            }
        }
    }

    private let keys: [(id: String?, key: Key)]

    /// The keys that may have signed a token with this algorithm and key id. A token with an id is checked by the
    /// key of that id alone.
    func candidates(_ algorithm: String, id: String?) -> [Key] {
        keys.filter { $0.key.algorithm == algorithm && (id == nil || $0.id == nil || $0.id == id) }.map(\.key)
    }

    /// A secret for HS256.
    /// - Throws: an administrator's ``Failure`` for one that is shorter than ``shortestSecret``.
    public init(secret: [UInt8]) throws {
        guard secret.count >= Self.shortestSecret else {
            throw Self.fault(
                "the secret for JWTs has \(secret.count) bytes; HS256 takes \(Self.shortestSecret) or more")
        }
        keys = [(nil, .hs256(SymmetricKey(data: secret)))]
    }

    /// The public keys of a JWKS. Keys for encryption, and of kinds that are not known here, are passed over.
    /// - Throws: an administrator's ``Failure`` for a text that is no JWKS, holds no key that can be used, or holds a
    ///   secret.
    public init(jwks text: String) throws {
        let set: JWKS
        do {
            set = try JSONDecoder().decode(JWKS.self, from: Data(text.utf8))
        } catch {
            throw Self.fault("the JWKS cannot be read; it is a JSON object with a list 'keys' (RFC 7517)")
        }
        guard set.keys.count <= Self.most else {
            throw Self.fault("the JWKS holds \(set.keys.count) keys; \(Self.most) are the most")
        }
        var keys: [(String?, Key)] = []
        for (index, key) in set.keys.enumerated() {
            if let found = try key.key(at: index) { keys.append((key.kid, found)) }
        }
        guard !keys.isEmpty else {
            throw Self.fault("the JWKS holds no key for RS256 or ES256")
        }
        self.keys = keys
    }

    fileprivate static func fault(_ sentence: String) -> Failure {
        .adminRequired(sentence, code: "bad_jwt_key")
    }
}

/// A set of keys as RFC 7517 writes it.
private struct JWKS: Decodable {
    let keys: [JWK]
}

/// One of them.
private struct JWK: Decodable {
    let kty: String
    let kid: String?
    let use: String?
    let alg: String?
    let crv: String?
    let n: String?
    let e: String?
    let x: String?
    let y: String?

    func key(at index: Int) throws -> JWTKeys.Key? {
        guard use == nil || use == "sig" else { return nil }
        let name = kid.map { "the key '\($0)'" } ?? "the key number \(index + 1)"
        func part(_ text: String?, _ member: String) throws -> Data {
            guard let bytes = text.flatMap(Base64URL.decode), !bytes.isEmpty else {
                throw JWTKeys.fault("\(name) of the JWKS has no usable '\(member)' (base64url)")
            }
            return bytes
        }
        switch (kty, alg ?? "") {
        case ("oct", _):
            throw JWTKeys.fault(
                "\(name) of the JWKS is a secret, which does not belong among public keys; "
                    + "give it as the secret for HS256")
        case ("RSA", ""), ("RSA", "RS256"):
            do {
                return .rs256(
                    try _RSA.Signing.PublicKey(n: try part(n, "n"), e: try part(e, "e")))
            } catch let failure as Failure {
                throw failure
            } catch {
                throw JWTKeys.fault("\(name) of the JWKS is no RSA key of 2048 bits or more")
            }
        case ("EC", ""), ("EC", "ES256"):
            guard crv == "P-256" else { return nil }
            let (x, y) = (try part(x, "x"), try part(y, "y"))
            do {
                // The uncompressed point of SEC 1, section 2.3.3.
                return .es256(try P256.Signing.PublicKey(x963Representation: [4] + x + y))
            } catch {
                throw JWTKeys.fault("\(name) of the JWKS is no point of the curve P-256")
            }
        default: return nil
        }
    }
}

/// base64url without padding (RFC 4648, section 5), read strictly.
enum Base64URL {
    /// The bytes; `nil` for anything else, padding included.
    static func decode(_ text: some StringProtocol) -> Data? {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.utf8.count + 3)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): plain.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                plain.append(byte)
            default: return nil
            }
        }
        while !plain.count.isMultiple(of: 4) { plain.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(plain))
    }
}
