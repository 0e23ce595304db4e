/// Text from outside, made fit to be shown on one line.
enum PlainText {
    /// A text without what nobody can see: controls, marks of direction, line breaks and characters of private use
    /// become blanks, and runs of blanks one.
    /// - Parameter longest: so many Unicode scalars are kept, and no more than a few times as many looked at.
    static func cleaned(_ raw: String, longest: Int) -> (text: String, isCut: Bool) {
        var kept = String.UnicodeScalarView()
        var (count, blank, marks) = (0, false, 0)
        for (looked, scalar) in raw.unicodeScalars.enumerated() {
            if count >= longest || looked >= 8 * longest { return (String(kept), true) }
            let isMark = scalar.properties.generalCategory == .nonspacingMark
            marks = isMark ? marks + 1 : 0
            if marks > 4 { continue }
            guard isVisible(scalar) else {
                blank = !kept.isEmpty
                continue
            }
            if blank {
                if count + 1 >= longest { return (String(kept), true) }
                kept.append(" ")
                count += 1
                blank = false
            }
            kept.append(scalar)
            count += 1
        }
        return (String(kept), false)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            false
        default: !scalar.properties.isWhitespace
        }
    }
}
