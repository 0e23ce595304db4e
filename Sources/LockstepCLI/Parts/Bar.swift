/// A bar of block characters.
enum Bar {
    /// A bar for a share of a whole, drawn to an eighth of a character. What is there at all is seen.
    static func text(_ part: Int, of whole: Int, width: Int) -> String {
        guard part > 0, whole > 0 else { return "" }
        let eighths = max(1, part * width * 8 / whole)
        let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
        return String(repeating: "█", count: eighths / 8) + rest
    }

    /// How far something is, as a bar of constant width.
    static func progress(_ percent: Int, width: Int) -> String {
        let full = min(100, max(0, percent)) * width / 100
        return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    }
}
