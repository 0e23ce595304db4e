/// Writes stored values back as text for people.
enum CellText {
    /// The shortest text that reads back as `value`; empty when it is not a number.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return String(value)
    }

    /// As `number(_:)`, with the fewer digits that a `Float` carries.
    static func number(_ value: Float) -> String {
        if value.isNaN { return "" }
        if value == value.rounded(), abs(value) < 1e9 { return String(Int64(value)) }
        return String(value)
    }

    /// `value` cut to four significant digits, for an estimate; empty when it is not a number.
    static func estimate(_ value: Double) -> String {
        guard value.isFinite else { return "" }
        guard value != 0 else { return "0" }
        var unit = 1.0
        var magnitude = abs(value)
        while magnitude >= 10_000, unit < 1e300 {
            magnitude /= 10
            unit *= 10
        }
        if abs(value) >= 1000 { return number(value.rounded()) }
        while magnitude < 1000, unit > 1e-300 {
            magnitude *= 10
            unit /= 10
        }
        // Dividing by a power of ten, rather than multiplying by its inexact inverse, rounds correctly.
        let inverse = (1 / unit).rounded()
        return number(inverse.isFinite && inverse > 0 ? (value * inverse).rounded() / inverse : value)
    }

    /// An ISO 8601 date, with the time of day when it is not midnight; empty when it is not a number.
    ///
    /// - Parameter seconds: seconds since 1970-01-01 00:00, in the clock of the file.
    static func date(_ seconds: Double) -> String {
        guard abs(seconds) < 1e12 else { return "" }
        let whole = Int(seconds.rounded())
        let days = whole >= 0 ? whole / 86_400 : -((86_399 - whole) / 86_400)
        let rest = whole - days * 86_400
        let day = CivilDate(daysSince1970: days)
        let text = "\(padded(day.year, to: 4))-\(padded(day.month))-\(padded(day.day))"
        if rest == 0 { return text }
        let time = "\(padded(rest / 3600)):\(padded(rest / 60 % 60))"
        return rest % 60 == 0 ? "\(text) \(time)" : "\(text) \(time):\(padded(rest % 60))"
    }

    private static func padded(_ value: Int, to width: Int = 2) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
