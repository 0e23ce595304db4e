import Lockstep

/// Times for people.
enum Span {
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000),
    ]

    /// A length in its two largest units, such as `3h 12m`; below a second in milliseconds.
    static func text(_ microseconds: Int64) -> String {
        let length = abs(microseconds)
        if length < 1_000_000 { return "\(length / 1000)ms" }
        guard let first = units.firstIndex(where: { length >= $0.microseconds }) else { return "0s" }
        let whole = length / units[first].microseconds
        let text = "\(whole)\(units[first].name)"
        guard first + 1 < units.count else { return text }
        let rest = length % units[first].microseconds / units[first + 1].microseconds
        return rest == 0 ? text : "\(text) \(rest)\(units[first + 1].name)"
    }

    /// The time between two moments.
    static func between(_ early: Timestamp, _ late: Timestamp) -> String {
        text(late.microseconds.clampedDifference(early.microseconds))
    }

    /// A moment to the second, in UTC.
    static func moment(_ moment: Timestamp) -> String {
        moment.description.prefix(19).replacing("T", with: " ") + "Z"
    }
}
