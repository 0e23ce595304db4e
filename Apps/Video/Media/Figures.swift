/// Numbers as they are written, the same in every locale.
enum Figures {
    /// A number with so many decimals.
    static func decimal(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value.magnitude * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rest)
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// A number to the thousandth.
    static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    /// `4.2 MiB`
    static func bytes(_ count: Int64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB"]
        var (value, unit) = (Double(count), 0)
        while value >= 1024, unit < units.count - 1 { (value, unit) = (value / 1024, unit + 1) }
        return "\(decimal(value, digits: unit == 0 || value >= 100 ? 0 : 1)) \(units[unit])"
    }

    /// `1:02:03`, `2:03.4`
    static func clock(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        let (minutes, rest) = tenths.quotientAndRemainder(dividingBy: 600)
        let text = decimal(Double(rest) / 10, digits: 1)
        return "\(minutes):\(rest < 100 ? "0" : "")\(text)"
    }
}

extension Duration {
    /// The duration in seconds, to the millisecond.
    var seconds: Double {
        Figures.rounded(Double(components.seconds) + Double(components.attoseconds) / 1e18)
    }
}
