/// Where a database is, as people write it: the path of a file, or the URL of a PostgreSQL database.
public enum DatabaseAddress: Hashable, Sendable, CustomStringConvertible {
    /// A file of SQLite.
    case file(String)
    /// A PostgreSQL database, as `postgres://…` or `postgresql://…`; libpq reads the URL (section "Connection
    /// URIs" of its manual).
    case postgres(String)

    /// Reads an address. What is no PostgreSQL URL is a path.
    public init(_ text: String) {
        let isURL = ["postgres://", "postgresql://"].contains { text.lowercased().hasPrefix($0) }
        self = isURL ? .postgres(text) : .file(text)
    }

    /// The address for people, without a password.
    public var description: String {
        switch self {
        case .file(let path): path
        case .postgres(let url): Self.withoutSecrets(url)
        }
    }

    /// What a URL's query may say in front of people; everything else may be a secret.
    private static let harmless = ["host", "hostaddr", "port", "dbname", "user"]

    private static func withoutSecrets(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        var rest = url[scheme.upperBound...]
        var text = String(url[..<scheme.upperBound])
        // The last `@`, not the first: a password that should have been encoded must not be shown either.
        if let end = rest.lastIndex(of: "@") {
            text += rest[..<end].prefix { $0 != ":" } + "@"
            rest = rest[rest.index(after: end)...]
        }
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        text += parts[0]
        guard parts.count == 2 else { return text }
        let items = parts[1].split(separator: "&").filter { item in
            harmless.contains(String(item.prefix { $0 != "=" }))
        }
        return items.isEmpty ? text : text + "?" + items.joined(separator: "&")
    }
}
