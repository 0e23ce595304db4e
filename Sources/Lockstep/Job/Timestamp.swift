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
        String(unsafeUninitializedCapacity: 40) { buffer in
            var bytes: [UInt8] = []
            bytes.reserveCapacity(40)
            write(to: &bytes)
            return buffer.initialize(fromContentsOf: bytes)
        }
    }

    /// Writes the description. The day is computed by H. Hinnant's `civil_from_days` ("chrono-Compatible Low-Level Date
    /// Algorithms", 2014), whose years begin in March so that the leap day comes last; formatters cost far more, and
    /// every job shows six moments.
    func write(to bytes: inout [UInt8]) {
        let seconds = microseconds.dividedFloor(by: 1_000_000)
        let days = seconds.dividedFloor(by: 86400)
        let shifted = days + 719_468
        let era = shifted.dividedFloor(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let secondOfDay = seconds - days * 86400
        func digits(_ number: Int64, _ count: Int, then mark: Unicode.Scalar) {
            var divisor: Int64 = 1
            for _ in 1..<count { divisor *= 10 }
            while divisor > 0 {
                bytes.append(UInt8(truncatingIfNeeded: 48 + number / divisor % 10))
                divisor /= 10
            }
            bytes.append(UInt8(ascii: mark))
        }
        if year < 0 { bytes.append(UInt8(ascii: "-")) }
        digits(abs(year), abs(year) > 9999 ? 6 : 4, then: "-")
        digits(month, 2, then: "-")
        digits(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2, then: "T")
        digits(secondOfDay / 3600, 2, then: ":")
        digits(secondOfDay / 60 % 60, 2, then: ":")
        digits(secondOfDay % 60, 2, then: ".")
        digits(microseconds - seconds * 1_000_000, 6, then: "Z")
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
