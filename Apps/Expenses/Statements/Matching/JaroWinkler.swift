/// How alike two words are, from 0 to 1.
///
/// The measure is Jaro's (M. A. Jaro, "Advances in Record-Linkage Methodology as Applied to Matching the 1985 Census
/// of Tampa, Florida", Journal of the American Statistical Association 84, 1989) with Winkler's weight for a common
/// beginning of up to four letters, scale 0.1 (W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules
/// in the Fellegi–Sunter Model of Record Linkage", 1990).
enum JaroWinkler {
    static func similarity<Letter: Equatable>(_ one: [Letter], _ other: [Letter]) -> Double {
        let jaro = jaro(one, other)
        let common = zip(one, other).prefix(4).prefix { $0 == $1 }.count
        return jaro + Double(common) * 0.1 * (1 - jaro)
    }

    static func jaro<Letter: Equatable>(_ one: [Letter], _ other: [Letter]) -> Double {
        guard !one.isEmpty, !other.isEmpty else { return one.isEmpty && other.isEmpty ? 1 : 0 }
        let window = max(0, max(one.count, other.count) / 2 - 1)
        var isTaken = [Bool](repeating: false, count: other.count)
        var matched: [Letter] = []
        for (index, letter) in one.enumerated() {
            let from = max(0, index - window)
            let to = min(other.count - 1, index + window)
            guard from <= to else { continue }
            if let place = (from...to).first(where: { !isTaken[$0] && other[$0] == letter }) {
                isTaken[place] = true
                matched.append(letter)
            }
        }
        guard !matched.isEmpty else { return 0 }
        let inOther = zip(other, isTaken).filter(\.1).map(\.0)
        let transpositions = Double(zip(matched, inOther).filter { $0 != $1 }.count) / 2
        let count = Double(matched.count)
        return (count / Double(one.count) + count / Double(other.count) + (count - transpositions) / count)
            / 3
    }
}
