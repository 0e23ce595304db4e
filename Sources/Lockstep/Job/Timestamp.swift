#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A moment: microseconds since 1970-01-01 00:00 UTC.
///
/// Whole numbers, because they are compared and indexed by databases. Encoded as ISO 8601 text.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01 00:00 UTC.
    public var microseconds: Int64

    /// Makes a moment.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The moment of a date, to the microsecond.
    public init(_ date: Date) {
        microseconds = Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
    }

    /// The same moment as a date.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment after a limit; `nil` after `.forever`.
    public func adding(_ limit: TimeLimit) -> Timestamp? {
        limit.microseconds.map { Timestamp(microseconds: microseconds + $0) }
    }

    /// The moment after a duration.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: moment.microseconds + duration.inMicroseconds)
    }

    /// The time between two moments.
    public static func - (late: Timestamp, early: Timestamp) -> Duration {
        .microseconds(late.microseconds - early.microseconds)
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 with microseconds, in UTC.
    public var description: String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        let seconds = microseconds.dividedFloor(by: 1_000_000)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
        let fraction = String(microseconds - seconds * 1_000_000)
        return text.dropLast() + "." + String(repeating: "0", count: 6 - fraction.count) + fraction + "Z"
    }
}

extension Timestamp: Codable {
    /// Reads ISO 8601 text, with or without a fraction.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        // The fraction is read apart: as a floating-point number it would not keep every microsecond.
        let whole = text.prefix { $0 != "." }
        let fraction = text.dropFirst(whole.count).dropFirst().prefix(while: \.isNumber)
        let zone = fraction.isEmpty ? "" : text.dropFirst(whole.count + 1 + fraction.count)
        let date: Date
        do {
            date = try Date.ISO8601FormatStyle().parse(String(whole + zone))
        } catch {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is no time; write for example 2026-01-31T12:00:00Z")
        }
        let padded = (fraction + "000000").prefix(6)
        self.init(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000 + (Int64(padded) ?? 0))
    }

    /// Writes ISO 8601 text with microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

extension Duration {
    /// The duration in whole microseconds.
    public var inMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
