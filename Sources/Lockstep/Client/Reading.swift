/// A status as it was read from a store.
///
/// Another process may know a newer definition; a status that this one does not know is `.unrecognized`,
/// never a crash.
public enum Reading<Status: Lifecycle>: Hashable, Sendable, CustomStringConvertible {
    /// A status that the lifecycle declares.
    case declared(Status)
    /// A status that this process does not know.
    case unrecognized(String)

    /// Reads a raw status.
    public init(_ text: String) {
        self = Status(rawValue: text).map(Reading.declared) ?? .unrecognized(text)
    }

    /// The raw status.
    public var description: String {
        switch self {
        case .declared(let status): status.rawValue
        case .unrecognized(let text): text
        }
    }

    /// The declared status, or `nil`.
    public var declared: Status? { if case .declared(let status) = self { status } else { nil } }

    /// Whether this is the given status.
    public static func == (reading: Reading, status: Status) -> Bool { reading.declared == status }
    /// Whether this is not the given status.
    public static func != (reading: Reading, status: Status) -> Bool { reading.declared != status }
}
