import Foundation

/// Where an S3 storage listens.
struct S3Endpoint: Hashable, Sendable, CustomStringConvertible {
    var isSecure: Bool
    var host: String
    var port: Int?

    /// Reads `https://host` or `http://host:port`.
    /// - Throws: ``StorageError`` of kind `misconfigured`. The text is not repeated: somebody may have written a
    ///   password into it.
    init(_ text: String) throws {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            parts.path.isEmpty || parts.path == "/"
        else {
            throw StorageError(
                .misconfigured,
                "the endpoint of the S3 storage is no address like https://s3.eu-central-1.amazonaws.com or "
                    + "http://127.0.0.1:8333; write it without a path, a user or a query")
        }
        isSecure = scheme == "https"
        self.host = host.lowercased()
        port = parts.port == (isSecure ? 443 : 80) ? nil : parts.port
    }

    var description: String { (isSecure ? "https://" : "http://") + host + (port.map { ":\($0)" } ?? "") }
}
