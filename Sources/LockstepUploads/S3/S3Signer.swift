import Crypto
import Foundation
import Lockstep

/// AWS's Signature Version 4, as S3 wants it: paths are encoded once and never normalised.
///
/// Source: "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API Reference.
struct S3Signer: Sendable {
    /// What stands for the hash of a body that is not signed.
    static let unsigned = "UNSIGNED-PAYLOAD"
    /// The longest a signed URL can hold, in seconds: 7 days.
    static let longest: Int64 = 604_800

    var credentials: S3Credentials
    var region: String
    var service = "s3"

    /// What is signed of a request.
    struct Request: Sendable {
        var method: String
        /// With its port where that is not the scheme's own.
        var host: String
        /// Not encoded.
        var path: String
        /// Not encoded.
        var query: [(name: String, value: String)] = []
        /// All that are to be signed but the host.
        var headers: [(name: String, value: String)] = []
    }

    /// The headers to be sent besides those of the request.
    /// - Parameter payload: the SHA-256 of the body in hexadecimal, or ``unsigned``.
    func headers(for request: Request, payload: String, at moment: Timestamp) -> [(
        name: String, value: String
    )] {
        let time = Self.time(moment)
        var added = [("x-amz-date", time)]
        if let token = credentials.sessionToken { added.append(("x-amz-security-token", token)) }
        var request = request
        request.headers += added
        let (names, lines) = Self.canonicalHeaders(request)
        let signature = signature(
            request, query: Self.encode(request.query), names: names, lines: lines, payload: payload,
            time: time)
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(credentials.accessKey)/\(scope(time)), SignedHeaders=\(names), "
            + "Signature=\(signature)"
        return added + [("authorization", authorization)]
    }

    /// The path and query of a URL that somebody without credentials may use.
    /// - Parameters:
    ///   - request: its headers have to be sent exactly so.
    ///   - seconds: how long it holds: 1 to ``longest``.
    func presign(
        _ request: Request, payload: String = unsigned, at moment: Timestamp, seconds: Int64
    ) -> String {
        let time = Self.time(moment)
        let (names, lines) = Self.canonicalHeaders(request)
        var query =
            request.query + [
                ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
                ("X-Amz-Credential", "\(credentials.accessKey)/\(scope(time))"), ("X-Amz-Date", time),
                ("X-Amz-Expires", "\(seconds)"), ("X-Amz-SignedHeaders", names),
            ]
        if let token = credentials.sessionToken { query.append(("X-Amz-Security-Token", token)) }
        let encoded = Self.encode(query)
        let signature = signature(
            request, query: encoded, names: names, lines: lines, payload: payload, time: time)
        return Self.encode(request.path, keeping: "/") + "?" + encoded + "&X-Amz-Signature=" + signature
    }

    // MARK: The signature

    private func signature(
        _ request: Request, query: String, names: String, lines: String, payload: String, time: String
    ) -> String {
        let canonical = [
            request.method, Self.encode(request.path, keeping: "/"), query, lines, names, payload,
        ].joined(separator: "\n")
        let text = [
            "AWS4-HMAC-SHA256", time, scope(time), SHA256.hash(data: Data(canonical.utf8)).hexadecimal,
        ].joined(separator: "\n")
        var key = SymmetricKey(data: Data("AWS4\(credentials.secretKey)".utf8))
        for part in [String(time.prefix(8)), region, service, "aws4_request"] {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        return HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key).hexadecimal
    }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    /// `20130524T000000Z`.
    private static func time(_ moment: Timestamp) -> String {
        moment.description.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
    }

    /// The names, and a line for each; values of the same name are joined in their order.
    private static func canonicalHeaders(_ request: Request) -> (names: String, lines: String) {
        var values: [String: [String]] = ["host": [request.host]]
        for (name, value) in request.headers {
            let words = value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            values[name.lowercased(), default: []].append(words)
        }
        let names = values.keys.sorted()
        let lines = names.map { "\($0):\(values[$0, default: []].joined(separator: ","))\n" }
        return (names.joined(separator: ";"), lines.joined())
    }

    // MARK: Encoding

    /// A query as it is signed and sent.
    static func encode(_ query: [(name: String, value: String)]) -> String {
        query.map { (encode($0.name), encode($0.value)) }.sorted { $0 < $1 }
            .map { "\($0)=\($1)" }.joined(separator: "&")
    }

    /// Percent-encodes all but RFC 3986's unreserved characters, and `keeping`.
    static func encode(_ text: String, keeping: Unicode.Scalar? = nil) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "A"..."Z", "a"..."z", "0"..."9", "-", ".", "_", "~": result.unicodeScalars.append(scalar)
            case keeping: result.unicodeScalars.append(scalar)
            default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}

/// Hashes as text.
enum S3Digest {
    /// Hexadecimal digits as base64, as S3's headers have hashes; `nil` when it is no SHA-256.
    static func base64(ofHex text: String) -> String? {
        let digits = text.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64 else { return nil }
        var bytes = Data()
        for place in stride(from: 0, to: 64, by: 2) {
            guard let high = digits[place], let low = digits[place + 1] else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes.base64EncodedString()
    }

    /// The other way. The checksum of a checksum (`…-2`, of an upload in parts) is none of the object.
    static func hex(ofBase64 text: String) -> String? {
        guard let bytes = Data(base64Encoded: text), bytes.count == 32 else { return nil }
        return bytes.hexadecimal
    }
}
