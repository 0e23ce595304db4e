/// Decimal numbers, the same in every locale.
enum Decimals {
    static func text(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(abs(scaled) % Int(scale))
        let sign = value < 0 ? "-" : ""
        return
            "\(sign)\(abs(scaled) / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
