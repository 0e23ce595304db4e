import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepUploads

/// A permit as the API shows it: `{"url", "method", "headers", "expires_at"}`, or for an object in parts `"parts"`, a list
/// of `{"url", "method", "headers", "from", "to"}`, of which the bytes `from` up to and without `to` make the body.
public struct PermitDocument: Encodable, Sendable {
    private let requests: [Part]
    private let isWhole: Bool
    private let expiresAt: Timestamp

    private struct Part: Encodable {
        let url: String
        let method: String
        let headers: [String: String]
        let from: Int64
        let to: Int64
    }

    private enum CodingKeys: String, CodingKey {
        case url, method, headers, parts
        case expiresAt = "expires_at"
    }

    /// The document of a permit.
    /// - Parameter request: asked for it; addresses on this server begin as its own did.
    public init(_ permit: UploadPermit, for request: Request) {
        requests = permit.requests.map { part in
            Part(
                url: Self.absolute(part.url, for: request), method: part.method, headers: part.headers,
                from: part.bytes.lowerBound, to: part.bytes.upperBound)
        }
        isWhole = permit.multipart == nil && permit.requests.count == 1
        expiresAt = permit.expiresAt
    }

    /// Writes the document.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(expiresAt, forKey: .expiresAt)
        guard isWhole, let request = requests.first else {
            return try container.encode(requests, forKey: .parts)
        }
        try container.encode(request.url, forKey: .url)
        try container.encode(request.method, forKey: .method)
        try container.encode(request.headers, forKey: .headers)
    }

    /// A path gets the host that the client has called, and `https` where a proxy says that it was called so. A client that
    /// writes another host there misleads itself alone.
    private static func absolute(_ url: String, for request: Request) -> String {
        guard url.hasPrefix("/"), let host = request.head.authority, !host.isEmpty else { return url }
        let proto = HTTPField.Name("X-Forwarded-Proto").flatMap { request.headers[$0] }
        return "\(proto?.lowercased() == "https" ? "https" : "http")://\(host)\(url)"
    }
}
