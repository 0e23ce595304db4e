/// Text from outside, made fit to stand on one line.
enum PlainLine {
    /// Without what nobody can see; line ends and runs of blanks become one blank.
    static func cleaned(_ text: String) -> String {
        if isClean(text.utf8) { return text }
        var kept = String.UnicodeScalarView()
        var blank = false
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .format:
                // Joiners make letters and pictures; marks of direction only hide what a line says.
                guard scalar.value == 0x200D || scalar.value == 0x200C else { continue }
            case .surrogate, .privateUse, .unassigned: continue
            case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator:
                blank = !kept.isEmpty
                continue
            default: break
            }
            if blank { kept.append(" ") }
            blank = false
            kept.append(scalar)
        }
        return String(kept)
    }

    /// Whether a text is as it should be, as far as a look at its bytes tells: nearly every cell of an export is.
    private static func isClean(_ bytes: String.UTF8View) -> Bool {
        var wasBlank = true
        for byte in bytes {
            guard (32...126).contains(byte), byte != 32 || !wasBlank else { return false }
            wasBlank = byte == 32
        }
        return !wasBlank || bytes.isEmpty
    }

    /// No longer than so many characters, with an ellipsis where something is missing.
    static func shortened(_ text: String, longest: Int) -> String {
        text.count > longest ? text.prefix(longest - 1) + "…" : text
    }
}
