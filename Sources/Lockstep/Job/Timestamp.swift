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

    /// The moment of a date, to the microsecond; the first or the last that there is where the date lies beyond it.
    public init(_ date: Date) {
        let exact = (date.timeIntervalSince1970 * 1_000_000).rounded()
        microseconds = Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }

    /// The same moment as a date.
    public var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The moment after a limit, the last that there is at most; `nil` after `.forever`.
    public func adding(_ limit: TimeLimit) -> Timestamp? {
        limit.microseconds.map { Timestamp(microseconds: microseconds.clampedSum($0)) }
    }

    /// The moment after a duration, the last that there is at most.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: moment.microseconds.clampedSum(duration.inMicroseconds))
    }

    /// The time between two moments, as far as microseconds in 64 bits go.
    public static func - (late: Timestamp, early: Timestamp) -> Duration {
        .microseconds(late.microseconds.clampedDifference(early.microseconds))
    }
}

extension Timestamp: CustomStringConvertible {
    /// ISO 8601 with microseconds, in UTC.
    public var description: String {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        let (seconds, rest) = microseconds.dividedFloor(by: 1_000_000)
        let text = Date(timeIntervalSince1970: Double(seconds)).formatted(style)
        let fraction = String(rest)
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
        let seconds = Int64(exactly: date.timeIntervalSince1970.rounded(.towardZero)) ?? .max
        let (product, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, isJustBeyond) = product.addingReportingOverflow(Int64(padded) ?? 0)
        guard !isBeyond, !isJustBeyond else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is too far away; write a time within 290,000 years of 1970")
        }
        self.init(microseconds: sum)
    }

    /// Writes ISO 8601 text with microseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func dividedFloor(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    /// The sum, or the number nearest to it that there is. Plain SQL may write any number, and none must end a process.
    package func clampedSum(_ other: Int64) -> Int64 {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the number nearest to it that there is.
    package func clampedDifference(_ other: Int64) -> Int64 {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .max : .min) : difference
    }
}

extension FixedWidthInteger {
    /// Counts on; the largest number stays.
    mutating func countUp() {
        if self < .max { self += 1 }
    }
}

extension Duration {
    /// The duration in whole microseconds, as far as 64 bits go.
    public var inMicroseconds: Int64 {
        let (product, isBeyond) = components.seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !isBeyond else { return components.seconds < 0 ? .min : .max }
        return product.clampedSum(components.attoseconds / 1_000_000_000_000)
    }
}
