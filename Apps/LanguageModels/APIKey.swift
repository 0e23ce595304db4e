/// The key to a model service. It can be sent, but neither printed, logged nor encoded.
public struct APIKey: Sendable {
    private let secret: String

    /// Takes a key as it stands in an environment variable or a file: spaces and line ends around it are
    /// left out.
    /// - Returns: `nil` for a key that is empty or could not be sent in a header (RFC 9110, 5.5).
    public init?(_ text: String) {
        let bytes = text.utf8.drop { $0 <= 32 }
        guard let last = bytes.lastIndex(where: { $0 > 32 }) else { return nil }
        let trimmed = bytes[...last]
        guard trimmed.allSatisfy({ (33...126).contains($0) }) else { return nil }
        secret = String(decoding: trimmed, as: UTF8.self)
    }

    /// The key as a header's value.
    /// - Parameter scheme: what stands before it, such as `Bearer`.
    func header(scheme: String? = nil) -> String {
        scheme.map { "\($0) \(secret)" } ?? secret
    }

    /// Whether a text gives the key away.
    func isGivenAway(by text: some StringProtocol) -> Bool { text.contains(secret) }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a key, and no more.
    public var description: String { "(a key)" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Shows nothing to `dump` and to string interpolation of what holds the key.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
