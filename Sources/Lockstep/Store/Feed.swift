/// A place in the feed of a lifecycle.
///
/// Its text is opaque to everybody but the store that gave it, and means something for that lifecycle only.
public struct FeedCursor: Hashable, Sendable, CustomStringConvertible {
    /// The text form: digits, `.`, `,`, `:` and `/`, at most ``longest`` of them.
    public let text: String

    /// The text form.
    public var description: String { text }

    /// The longest text in bytes; it has to find room in a header of a request.
    public static let longest = 2000

    /// Before the first line of a feed, in every store.
    public static let beginning = FeedCursor(number: 0)

    /// Reads a text that somebody hands back.
    /// - Returns: `nil` when no store gives such a text.
    public init?(_ text: some StringProtocol) {
        let isOne = text.utf8.allSatisfy {
            ($0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")) || ".,:/".utf8.contains($0)
        }
        guard isOne, (1...Self.longest).contains(text.utf8.count) else { return nil }
        self.text = String(text)
    }

    /// A text that a store has made.
    public init(stored text: String) { self.text = text }

    /// What a store says to a text that another one gave.
    public func refusal(in lifecycle: String) -> Refusal {
        Refusal(
            .badValue,
            "'\(text)' is no place in the feed of lifecycle '\(lifecycle)' in this store; use one that it gave, or none"
        )
    }
}

extension FeedCursor: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let cursor = FeedCursor(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no place in a feed; use one that was given")
        }
        self = cursor
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

/// A line of a feed.
public struct FeedEntry: Hashable, Sendable {
    /// The line of the job's history.
    public var entry: HistoryEntry
    /// Whom the job belongs to.
    public var owner: String?
    /// From here a reader who has had everything up to this line misses nothing.
    public var cursor: FeedCursor

    /// Makes a line.
    public init(_ entry: HistoryEntry, owner: String?, cursor: FeedCursor) {
        self.entry = entry
        self.owner = owner
        self.cursor = cursor
    }
}

/// Some lines of a feed.
public struct FeedPage: Hashable, Sendable {
    /// The lines. Those of one job are in the order of their numbers.
    public var entries: [FeedEntry]
    /// Where the next read begins: everything before it was given.
    public var horizon: FeedCursor
    /// Whether there is more to read at once.
    public var hasMore: Bool

    /// Makes a page.
    public init(entries: [FeedEntry], horizon: FeedCursor, hasMore: Bool) {
        self.entries = entries
        self.horizon = horizon
        self.hasMore = hasMore
    }

    /// A page of lines that the store numbers in the order in which they become visible.
    /// - Parameters:
    ///   - found: the lines from the cursor on, each with its number: one more than `limit` when there are more. One that
    ///     only a newer version can read has no entry: it is passed over.
    ///   - start: the number that was asked for.
    package init(
        numbered found: [(place: Int64, entry: HistoryEntry?, owner: String?)], from start: Int64, limit: Int
    ) {
        entries = found.prefix(limit).compactMap { line in
            line.entry.map { FeedEntry($0, owner: line.owner, cursor: FeedCursor(number: line.place + 1)) }
        }
        hasMore = found.count > limit
        horizon = FeedCursor(number: found.prefix(limit).last.map { $0.place + 1 } ?? start)
    }
}

extension FeedCursor {
    /// The place before the line with a number.
    package init(number: Int64) { self.init(stored: String(number)) }

    /// The number of ``init(number:)``.
    /// - Throws: ``Refusal`` for a text that is none.
    package func number(in lifecycle: String) throws(Refusal) -> Int64 {
        guard let number = Int64(text) else { throw refusal(in: lifecycle) }
        return number
    }
}
