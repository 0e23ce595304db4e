/// How wide a text will be, without a font at hand: never too narrow, so that no text leaves its box.
///
/// The advances are those of DejaVu Sans, one of the widest faces that `system-ui` and `sans-serif` stand for;
/// what it does not have is taken as wide as the widest glyphs of its kind.
enum TextWidth {
    /// The width in the unit of `size`.
    /// - Parameters:
    ///   - size: the font's size.
    ///   - isBold: whether the text is set in a heavier weight, which is up to a tenth wider.
    static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
        text.unicodeScalars.reduce(0) { $0 + ems($1) } * size * (isBold ? 1.1 : 1)
    }

    /// The text cut in its middle so that it is no wider than `width`: what tells long names apart stands at
    /// their beginnings and ends.
    static func fitting(_ text: String, within width: Double, size: Double, isBold: Bool = false) -> String {
        guard of(text, size: size, isBold: isBold) > width else { return text }
        let characters = Array(text)
        for kept in stride(from: characters.count - 1, through: 1, by: -1) {
            let tail = kept / 3
            let short = String(characters.prefix(kept - tail)) + "…" + String(characters.suffix(tail))
            if of(short, size: size, isBold: isBold) <= width { return short }
        }
        return "…"
    }

    private static func ems(_ scalar: Unicode.Scalar) -> Double {
        if let known = latin[scalar] { return known }
        switch scalar.value {
        case 0x20..<0x7F: return 0.84
        case 0xA0..<0x250: return 0.8
        case 0x300..<0x370: return 0  // combining marks
        case 0x370..<0x1100: return 0.95
        case 0x1F000...: return 1.35  // emoji
        case 0x2E80...: return 1.05  // full-width scripts
        default: return 1.1
        }
    }

    private static let latin: [Unicode.Scalar: Double] = {
        let groups: [(Double, String)] = [
            (0.28, "ijl"), (0.3, "IJ'|"), (0.32, " ,.·"), (0.34, ":;/\\"), (0.37, "f-"), (0.4, "t()[]!"),
            (0.42, "r"), (0.46, "\""), (0.5, "_*`"), (0.53, "sz?"), (0.55, "c"), (0.58, "kFvyxL"),
            (0.6, "vyx"), (0.62, "aoeYPT"), (0.64, "bdpqhnug0123456789ES{}$"), (0.7, "AKBZXRVC"),
            (0.78, "DHNUGOQ"), (0.82, "w+=<>~#^"), (0.87, "M"), (0.97, "m%"), (1, "W@…&"), (0.85, "→≤×"),
        ]
        return Dictionary(
            groups.flatMap { ems, letters in letters.unicodeScalars.map { ($0, ems) } },
            uniquingKeysWith: max)
    }()
}
