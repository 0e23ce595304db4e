import Lockstep

/// Times for people.
enum TimeWords {
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
    ]

    /// A length in its two largest units, such as `3h 12m`; below ten seconds with tenths, below one in
    /// milliseconds.
    static func span(_ microseconds: Int64) -> String {
        let length = abs(microseconds)
        if length < 1_000_000 { return "\(length / 1000)ms" }
        if length < 10_000_000 { return "\(length / 1_000_000).\(length / 100_000 % 10)s" }
        guard let first = units.firstIndex(where: { length >= $0.microseconds }) else { return "0s" }
        let text = "\(length / units[first].microseconds)\(units[first].name)"
        guard first + 1 < units.count else { return text }
        let rest = length % units[first].microseconds / units[first + 1].microseconds
        return rest == 0 ? text : "\(text) \(rest)\(units[first + 1].name)"
    }

    /// A length without fractions, for times that are read again and again.
    static func coarse(_ microseconds: Int64) -> String {
        let length = abs(microseconds)
        return length < 10_000_000 ? "\(length / 1_000_000)s" : span(length)
    }

    /// To the second, in UTC: `2026-01-31 12:00:05 UTC`.
    static func exact(_ moment: Timestamp) -> String {
        moment.description.prefix(19).replacing("T", with: " ") + " UTC"
    }

    /// To the millisecond, in UTC.
    static func fine(_ moment: Timestamp) -> String {
        moment.description.prefix(23).replacing("T", with: " ") + " UTC"
    }

    /// How long ago it was, or in how long it is, with the exact time at hand.
    static func ago(_ moment: Timestamp, _ now: Timestamp) -> Markup {
        let distance = now.microseconds.clampedDifference(moment.microseconds)
        let words =
            switch distance {
            case 1_000_000...: "\(coarse(distance)) ago"
            case -1_000_000..<1_000_000: "now"
            default: "in \(coarse(distance))"
            }
        return time(moment, words)
    }

    /// A moment under other words.
    static func time(_ moment: Timestamp, _ words: String) -> Markup {
        "<time datetime=\"\(moment.description)\" title=\"\(fine(moment))\">\(words)</time>"
    }
}
