import Foundation
import Lockstep
import TicketExport

/// A Jira site, and in whose name it is spoken to. It can be used and printed; the token is never printed with it.
///
/// | variable | |
/// |---|---|
/// | `LOCKSTEP_JIRA_URL` | the address of the site, such as `https://example.atlassian.net` |
/// | `LOCKSTEP_JIRA_EMAIL` | whose API token it is |
/// | `LOCKSTEP_JIRA_TOKEN` | the API token |
/// | `LOCKSTEP_JIRA_PAGES_URL` | where people see issues, if that is another address |
///
/// API tokens with scopes are taken only below `https://api.atlassian.com/ex/jira/<cloud id>`, where nobody can look at
/// an issue: that is what the last one is for.
/// <https://support.atlassian.com/atlassian-account/docs/manage-api-tokens-for-your-atlassian-account/>
public struct JiraSite: Sendable {
    /// Where requests go, without a stroke at its end.
    public let address: String
    /// Where people see issues, without a stroke at its end.
    public let pages: String
    /// Who asks.
    public let credentials: JiraCredentials

    /// Makes a site.
    /// - Parameters:
    ///   - address: an https address; http only to this machine.
    ///   - pages: where people see issues; the same address when it is `nil`.
    /// - Throws: a ``Lockstep/Failure`` for an administrator when an address is none.
    public init(address: String, pages: String? = nil, credentials: JiraCredentials) throws(Failure) {
        self.address = try Self.checked(address, name: "LOCKSTEP_JIRA_URL")
        self.pages =
            try pages.map { text throws(Failure) in
                try Self.checked(text, name: "LOCKSTEP_JIRA_PAGES_URL")
            } ?? self.address
        self.credentials = credentials
    }

    /// The site that an environment names; `nil` when it names none. Empty variables are none.
    /// - Throws: a ``Lockstep/Failure`` for an administrator that says what is missing or wrong.
    public static func read(_ environment: [String: String]) throws(Failure) -> JiraSite? {
        func value(_ name: String) -> String? {
            environment[name]?.trimmingCharacters(in: .whitespacesAndNewlines).nonEmpty
        }
        let names = ["LOCKSTEP_JIRA_URL", "LOCKSTEP_JIRA_EMAIL", "LOCKSTEP_JIRA_TOKEN"]
        let missing = names.filter { value($0) == nil }
        guard missing.count < names.count else { return nil }
        guard let address = value(names[0]), let email = value(names[1]), let token = value(names[2]) else {
            let isOne = missing.count == 1
            throw wrong(
                "\(missing.joined(separator: " and ")) \(isOne ? "is" : "are") missing; set \(isOne ? "it" : "them"), or "
                    + "none of \(names.joined(separator: ", "))")
        }
        guard let credentials = JiraCredentials(email: email, token: token) else {
            throw wrong(
                "LOCKSTEP_JIRA_EMAIL or LOCKSTEP_JIRA_TOKEN holds a blank, a character that is not ASCII, more than 1000 "
                    + "characters, or the address a colon; set them as Atlassian shows them")
        }
        return try JiraSite(
            address: address, pages: value("LOCKSTEP_JIRA_PAGES_URL"), credentials: credentials)
    }

    /// The address of the page on which people see an issue.
    public func page(of key: String) -> String {
        let kept = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        return "\(pages)/browse/\(key.addingPercentEncoding(withAllowedCharacters: kept) ?? "")"
    }

    /// An address put together again from the parts that were checked, so that nobody reads it in another way.
    private static func checked(_ text: String, name: String) throws(Failure) -> String {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // What it is is not told: whoever mistakes the variables puts the token here.
        guard text.utf8.count <= 2000, let parts = URLComponents(string: text), parts.user == nil,
            parts.password == nil, parts.query == nil, parts.fragment == nil,
            let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https",
            let host = parts.host?.lowercased(), isHost(host), (1...65535).contains(parts.port ?? 443),
            let path = path(parts.percentEncodedPath)
        else {
            throw wrong(
                "\(name) must be an address without user, query and fragment, such as https://example.atlassian.net"
            )
        }
        guard scheme == "https" || isThisMachine(host) else {
            throw wrong(
                "\(name) is spoken to by plain http, which anybody on the way can read with the token; use https"
            )
        }
        return "\(scheme)://\(host)" + (parts.port.map { ":\($0)" } ?? "") + path
    }

    private static func path(_ text: String) -> String? {
        let steps = text.split(separator: "/")
        let isPlain = text.utf8.allSatisfy {
            (97...122).contains($0 | 32) || (48...57).contains($0) || "/-_.~".utf8.contains($0)
        }
        guard isPlain, !steps.contains(".."), !steps.contains(".") else { return nil }
        return steps.map { "/\($0)" }.joined()
    }

    private static func isHost(_ host: String) -> Bool {
        if host.hasPrefix("["), host.hasSuffix("]") {
            return host.dropFirst().dropLast().utf8.allSatisfy {
                (97...102).contains($0) || (48...57).contains($0) || ":.".utf8.contains($0)
            }
        }
        return (1...253).contains(host.utf8.count) && !host.hasPrefix("-") && !host.hasPrefix(".")
            && host.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || "-.".utf8.contains($0)
            }
    }

    /// Whether nobody else is on the way: `localhost`, 127.0.0.0/8 and ::1.
    private static func isThisMachine(_ host: String) -> Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func wrong(_ words: String) -> Failure {
        .adminRequired(words + ".", code: "bad_jira_site")
    }
}

extension JiraSite: CustomStringConvertible, CustomDebugStringConvertible {
    /// Where it is, and who asks.
    public var description: String { "\(address) \(credentials)" }
    /// As ``description``.
    public var debugDescription: String { description }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
