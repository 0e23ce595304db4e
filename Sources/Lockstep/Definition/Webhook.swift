#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where the jobs of a working status are pushed to: a name that the deployment knows the address of, or the address
/// itself.
///
/// A name is the rule, for an address differs between the test system and the real one while the lifecycle does not.
/// An address in a definition is for small installations with one file.
public struct Webhook: Hashable, Codable, Sendable, CustomStringConvertible {
    /// The name, or the URL, as it was written.
    public let text: String

    /// Makes a webhook from a name or a URL; the audit says whether it is either.
    public init(_ text: String) { self.text = text }

    /// Whether it is an address and not a name.
    public var isURL: Bool { text.contains("://") }

    /// The text.
    public var description: String { text }

    /// What holds of jobs here, for people: `pushed to the webhook 'renderer'`.
    public var words: String { isURL ? "pushed to \(text)" : "pushed to the webhook '\(text)'" }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        text = try decoder.singleValueContainer().decode(String.self)
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// What is wrong with it, with the cure; `nil` when nothing is.
    var fault: String? {
        guard isURL else {
            return Definition.isPlainName(text)
                ? nil
                : "which is no name; use lower-case letters, digits and '_', 40 characters at most, or a URL"
        }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
            return "which is no URL; write for example https://work.example.org/render"
        }
        if parts.user != nil || parts.password != nil {
            return "which holds a password that everybody can read; take it out, deliveries are signed"
        }
        if parts.fragment != nil { return "whose fragment no server sees; take it out" }
        switch parts.scheme?.lowercased() {
        case "https": return nil
        // Whether such an address may be spoken to at all is decided where it is delivered to.
        case "http" where Self.isLoopback(host): return nil
        case "http": return "which anybody on the way can read; use https"
        default: return "which is spoken to by neither https nor http; use https"
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.filter { $0 != "[" && $0 != "]" }.lowercased()
        return host == "localhost" || host == "::1" || host.hasPrefix("127.")
    }
}

extension Definition {
    /// The working statuses whose jobs are pushed, in declared order.
    public var pushed: [StatusRule] { statuses.filter { $0.webhook != nil } }

    func auditWebhook(_ rule: StatusRule) -> [String] {
        guard let webhook = rule.webhook else { return [] }
        guard rule.kind == .work else {
            return [
                "status '\(rule.name)' names a webhook but no worker works in it; "
                    + "name the webhook on the working status"
            ]
        }
        return webhook.fault.map { ["status '\(rule.name)' names the webhook '\(webhook)', \($0)"] } ?? []
    }
}
