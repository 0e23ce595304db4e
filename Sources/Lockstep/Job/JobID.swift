#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Names a job: a UUID of version 7 (RFC 9562), so that ids sort by the time they were made.
///
/// The caller may make it before the start, which makes a start whose outcome is unknown repeatable.
public struct JobID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The id in lower-case text form, 36 characters.
    public let text: String

    /// The text form.
    public var description: String { text }

    /// Makes a new id for this moment.
    public init(at moment: Timestamp = SystemTime().now()) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: moment, using: &generator)
    }

    /// Makes a new id for this moment from a generator (a seeded one gives equal ids in tests).
    public init(at moment: Timestamp, using generator: inout some RandomNumberGenerator) {
        // 48 bits of milliseconds, the version, 12 bits of the fraction of the millisecond (RFC 9562,
        // section 6.2, method 3), the variant, 62 random bits.
        let microseconds = UInt64(clamping: max(0, moment.microseconds))
        let milliseconds = microseconds / 1000
        let fraction = (microseconds % 1000) * 4096 / 1000
        let high = (milliseconds << 16) | 0x7000 | fraction
        let low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
        text = Self.format(high, low)
    }

    /// Reads the text form, in any case.
    /// - Returns: `nil` when the text is no UUID.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 36, UUID(uuidString: String(text)) != nil else { return nil }
        self.text = text.lowercased()
    }

    /// An id that a store gave back, without checking it again.
    public init(stored text: String) { self.text = text }

    /// Orders by the time of making.
    public static func < (left: JobID, right: JobID) -> Bool { left.text < right.text }

    private static func format(_ high: UInt64, _ low: UInt64) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                buffer[position] = digits[Int((word >> UInt64(60 - 4 * (nibble % 16))) & 15)]
                position += 1
            }
            return 36
        }
    }
}

extension JobID: Codable {
    /// Reads the text form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let id = JobID(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no job id; it must be a UUID")
        }
        self = id
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
