import Crypto
import Foundation
import Lockstep

/// The signed address by which one object may be put into a ``DiskStorage``: everything that the permit is bound to, and an
/// HMAC-SHA256 (RFC 2104) of it that only the server can make.
///
/// `/uploads/KEY?size=…&type=…&sha256=…&expires=…&signature=…`, the expiry in microseconds since 1970, the signature in
/// hexadecimal digits.
struct DiskPermit {
    /// The paths of the addresses begin so.
    static let prefix = "/uploads/"
    private static let method = "PUT"

    let secret: SymmetricKey

    /// The address for an object.
    func address(of offer: UploadOffer) -> String {
        let digest = offer.sha256.map { "&sha256=\($0)" } ?? ""
        let type = offer.contentType.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let code = HMAC<SHA256>.authenticationCode(for: Self.words(offer), using: secret)
        return "\(Self.prefix)\(offer.key)?size=\(offer.size)&type=\(type)\(digest)"
            + "&expires=\(offer.expiresAt.microseconds)&signature=\(code.hexadecimal)"
    }

    /// What an address permits.
    /// - Throws: ``UploadRefusal`` unless this server has signed it as it is.
    func offer(method: String, path: String, query: String) throws(UploadRefusal) -> UploadOffer {
        guard method == Self.method else {
            throw UploadRefusal(.wrongMethod, "the address is for PUT alone, not for \(method.prefix(20))")
        }
        let fields = try Self.fields(of: query)
        guard path.hasPrefix(Self.prefix), let key = ObjectKey(String(path.dropFirst(Self.prefix.count))),
            Set(fields.keys).subtracting(["sha256"]) == ["size", "type", "expires", "signature"],
            let size = fields["size"].flatMap(Int64.init), let type = fields["type"],
            let expires = fields["expires"].flatMap(Int64.init), let signature = fields["signature"],
            let code = Self.bytes(signature)
        else { throw Self.unsigned }
        let offer = UploadOffer(
            key: key, size: size, contentType: type, sha256: fields["sha256"],
            expiresAt: Timestamp(microseconds: expires))
        // In constant time, as swift-crypto promises.
        guard HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Self.words(offer), using: secret)
        else { throw Self.unsigned }
        return offer
    }

    /// One line for each thing that is bound; none of them can hold the end of a line, as announcements are checked.
    private static func words(_ offer: UploadOffer) -> Data {
        Data(
            [
                "lockstep-upload-1", method, offer.key.text, "\(offer.size)", offer.contentType,
                offer.sha256 ?? "-", "\(offer.expiresAt.microseconds)",
            ].joined(separator: "\n").utf8)
    }

    private static let unsigned = UploadRefusal(
        .badSignature,
        "the address is not as this server signed it; send the request to the address that was given, unchanged"
    )

    private static func fields(of query: String) throws(UploadRefusal) -> [String: String] {
        guard query.utf8.count <= 2000 else { throw unsigned }
        var fields: [String: String] = [:]
        for pair in query.split(separator: "&", omittingEmptySubsequences: false) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = String(parts[1]).removingPercentEncoding,
                fields.updateValue(value, forKey: String(parts[0])) == nil
            else { throw unsigned }
        }
        return fields
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let values = digits.utf8.map { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        let known = values.compactMap { $0 }
        guard known.count == 64, values.count == 64 else { return nil }
        return stride(from: 0, to: 64, by: 2).map { known[$0] << 4 | known[$0 + 1] }
    }
}
