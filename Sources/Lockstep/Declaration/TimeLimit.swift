/// How long something may take, or `.forever`, which has to be said.
///
/// In definition files it is written `500ms`, `30s`, `15m`, `6h`, `90d` or `forever`.
public struct TimeLimit: Hashable, Sendable {
    /// The length in microseconds; `nil` means for ever.
    public let microseconds: Int64?

    /// A limit of so many microseconds; `nil` means for ever. Negative lengths count as zero.
    public init(microseconds: Int64?) {
        self.microseconds = microseconds.map { max(0, $0) }
    }

    /// No limit.
    public static let forever = TimeLimit(microseconds: nil)
    /// A limit in milliseconds.
    public static func milliseconds(_ count: Int) -> TimeLimit { TimeLimit(count, of: 1000) }
    /// A limit in seconds.
    public static func seconds(_ count: Int) -> TimeLimit { TimeLimit(count, of: 1_000_000) }
    /// A limit in minutes.
    public static func minutes(_ count: Int) -> TimeLimit { TimeLimit(count, of: 60_000_000) }
    /// A limit in hours.
    public static func hours(_ count: Int) -> TimeLimit { TimeLimit(count, of: 3_600_000_000) }
    /// A limit in days of 24 hours.
    public static func days(_ count: Int) -> TimeLimit { TimeLimit(count, of: 86_400_000_000) }

    private init(_ count: Int, of unit: Int64) {
        let (product, overflow) = Int64(max(0, count)).multipliedReportingOverflow(by: unit)
        // Longer than 290,000 years is for ever in practice, but "for ever" must be said: keep the largest.
        microseconds = overflow ? Int64.max / 4 : min(product, Int64.max / 4)
    }
}

extension TimeLimit: Comparable {
    /// Orders by length; nothing is longer than for ever.
    public static func < (left: TimeLimit, right: TimeLimit) -> Bool {
        guard let mine = left.microseconds else { return false }
        return right.microseconds.map { mine < $0 } ?? true
    }
}

extension TimeLimit: CustomStringConvertible {
    private static let units: [(suffix: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000),
        ("us", 1),
    ]

    /// The limit as it is written in definition files, in the largest unit that is exact.
    public var description: String {
        guard let microseconds else { return "forever" }
        if microseconds == 0 { return "0s" }
        for unit in Self.units where microseconds.isMultiple(of: unit.microseconds) {
            return "\(microseconds / unit.microseconds)\(unit.suffix)"
        }
        return "\(microseconds)us"
    }

    /// Reads the written form.
    /// - Returns: `nil` when the text is no limit.
    public init?(_ text: some StringProtocol) {
        if text == "forever" {
            self = .forever
            return
        }
        let digits = text.prefix(while: \.isNumber)
        let suffix = String(text.dropFirst(digits.count))
        guard let count = Int(digits), let unit = Self.units.first(where: { $0.suffix == suffix }) else {
            return nil
        }
        self.init(count, of: unit.microseconds)
    }
}

extension TimeLimit: Codable {
    /// Reads the written form; throws `DecodingError.dataCorrupted` with an example when it is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let limit = TimeLimit(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no time limit; write for example 30s, 15m, 6h, 90d or forever"
            )
        }
        self = limit
    }

    /// Writes the written form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
