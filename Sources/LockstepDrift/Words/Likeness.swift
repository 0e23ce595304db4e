import Lockstep

/// What somebody may have meant.
enum Likeness {
    /// Letters and digits in lower case: what `In Progress`, `in_progress` and `inProgress` share.
    static func folded(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }

    /// Whether two texts differ in case and white space alone.
    static func isSpelling(_ text: String, of status: String) -> Bool {
        func trimmed(_ text: String) -> String {
            text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return text != status && trimmed(text) == trimmed(status)
    }

    /// The one that a text is most like, if it is like any.
    static func nearest(to text: String, among names: [String]) -> String? {
        let folded = folded(text)
        if let same = names.first(where: { Self.folded($0) == folded }) { return same }
        let longest = max(1, min(3, folded.count / 3))
        let near = names.map { ($0, distance(folded, Self.folded($0))) }.filter { $0.1 <= longest }
        if let best = near.min(by: { $0.1 < $1.1 }) { return best.0 }
        // `complete` and `completed_ok` share a beginning that is long enough to mean something.
        return names.first { name in
            let other = Self.folded(name)
            return min(other.count, folded.count) >= 4 && (other.hasPrefix(folded) || folded.hasPrefix(other))
        }
    }

    /// How many letters must be put in, taken out or changed (Levenshtein's distance).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
