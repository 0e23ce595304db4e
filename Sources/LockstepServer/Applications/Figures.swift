import Foundation
import Lockstep

/// Numbers as people read them, the same in every locale.
public enum Figures {
    /// Up to three significant digits, with groups of thousands from 1,000 on: `37`, `0.0213`, `4,120`.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return "–" }
        let size = abs(value)
        if size != 0, size < 0.0001 || size >= 1e12 { return String(format: "%.2e", value) }
        if size >= 1000 { return group(String(format: "%.0f", value)) }
        let decimals =
            size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : size >= 0.01 ? 4 : 6
        return trimmed(String(format: "%.\(decimals)f", value))
    }

    /// A share as per cent: `97 %`, `0.3 %`, `less than 0.1 %`.
    public static func percent(_ share: Double) -> String {
        let value = share * 100
        if value > 0, value < 0.1 { return "less than 0.1 %" }
        if value < 10 { return trimmed(String(format: "%.1f", value)) + " %" }
        return String(format: "%.0f", value) + " %"
    }

    /// The text of a number with groups of thousands; other text stays as it is.
    public static func grouped(_ text: String) -> String {
        guard Double(text) != nil, !text.contains("e"), !text.contains("n") else { return text }
        return group(text)
    }

    /// A whole number with groups of thousands.
    public static func whole(_ number: Int) -> String { group(String(number)) }

    /// Bytes in the unit that gives few digits.
    public static func bytes(_ count: Int64) -> String {
        let units = ["bytes", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(unit == 0 ? String(count) : short(value)) \(units[unit])"
    }

    /// A duration in the unit that gives few digits: `12 ms`, `3.4 s`, `2 min 5 s`.
    public static func duration(_ seconds: Double) -> String {
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 60 { return trimmed(String(format: "%.1f", seconds)) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole / 60 % 60) min"
    }

    /// Minutes and seconds to the tenth: `0:07.5`, `62:03.4`.
    public static func clock(_ seconds: Double) -> String {
        let (minutes, rest) = Int((seconds * 10).rounded()).quotientAndRemainder(dividingBy: 600)
        return "\(minutes):\(rest < 100 ? "0" : "")\(decimal(Double(rest) / 10, digits: 1))"
    }

    /// A moment to the minute, in UTC: `2026-01-31 12:00`.
    public static func minute(_ moment: Timestamp) -> String {
        String(moment.description.prefix(16)).replacing("T", with: " ")
    }

    /// A number with exactly so many decimals, which must be finite.
    public static func decimal(_ value: Double, digits: Int) -> String {
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = Int((value.magnitude * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(whole)" }
        let fraction = String(rest)
        return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }

    /// A number to the thousandth.
    public static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }

    private static func group(_ text: String) -> String {
        let sign = text.hasPrefix("-") ? "-" : ""
        let parts = text.dropFirst(sign.count).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, whole.count > 3 else { return text }
        var grouped = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return sign + grouped + (parts.count > 1 ? "." + parts[1] : "")
    }

    private static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var result = text[...]
        while result.hasSuffix("0") { result.removeLast() }
        if result.hasSuffix(".") { result.removeLast() }
        return result == "-0" ? "0" : String(result)
    }
}
