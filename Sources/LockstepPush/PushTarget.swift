import Foundation
import Lockstep

/// Where a webhook's deliveries go, and what they are signed with.
public struct PushTarget: Sendable {
    /// What the definition calls it.
    public let name: String
    /// Whether it is spoken to by https.
    public let isSecure: Bool
    /// The host: a name in lower case, or an address.
    public let host: String
    /// The address as it is requested.
    public let url: String
    /// What deliveries are signed with, each with all of them: two while one is being replaced.
    let secrets: [String]

    /// The headers that every body sent there has: what it is, who sends it, and its signature.
    public func headers(for body: [UInt8], at moment: Timestamp) -> [(name: String, value: String)] {
        [
            ("Content-Type", "application/json"), ("User-Agent", "lockstep"),
            (PushSignature.header, PushSignature.sign(body, at: moment, with: secrets)),
        ]
    }

    /// The shortest secret in bytes.
    public static let shortestSecret = 16

    /// Makes a target.
    /// - Parameters:
    ///   - name: what the definition calls it: a name, or the URL itself.
    ///   - secrets: at least one, of ``shortestSecret`` bytes or more. The receiver has one of them.
    /// - Throws: an administrator's ``Failure`` that says what is wrong with which webhook.
    public init(_ name: String, url: String, secrets: [String]) throws {
        func fault(_ words: String, _ code: String = "bad_webhook") -> Failure {
            .adminRequired("the webhook '\(name)' \(words)", code: code)
        }
        guard !secrets.isEmpty else {
            throw fault("has no secret; deliveries that nobody can verify are not sent", "no_secret")
        }
        guard secrets.allSatisfy({ $0.utf8.count >= Self.shortestSecret }) else {
            throw fault(
                "has a secret of less than \(Self.shortestSecret) bytes; take a random one", "bad_secret")
        }
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            scheme == "https" || scheme == "http", let given = parts.host, !given.isEmpty
        else { throw fault("leads to no https URL: write for example https://work.example.org/render") }
        guard parts.user == nil, parts.password == nil, parts.fragment == nil else {
            throw fault("leads to a URL with a password or a fragment; take it out, deliveries are signed")
        }
        // What one reader of URLs takes for the host and another one does not is where checks are passed by:
        // hosts are plain, and the URL is put together anew from what was checked.
        let host = given.lowercased().filter { $0 != "[" && $0 != "]" }
        let isAddress = IPAddress(host) != nil
        let plain = host.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || "-._".utf8.contains($0)
        }
        guard isAddress || plain, host.utf8.count <= 253 else {
            throw fault("leads to the host '\(given)'; write it in ASCII, international names in Punycode")
        }
        var address = "\(scheme)://" + (host.contains(":") ? "[\(host)]" : host)
        if let port = parts.port {
            guard (1...65535).contains(port) else { throw fault("leads to the port \(port); there is none") }
            address += ":\(port)"
        }
        address += parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        if let query = parts.percentEncodedQuery { address += "?\(query)" }
        self.name = name
        self.isSecure = scheme == "https"
        self.host = host
        self.url = address
        self.secrets = secrets
    }
}
