/// Names in sentences, and what was probably meant by one that is not known.
enum Words {
    /// `'a', 'b'`
    static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

    /// The known name that differs least, if it differs by little.
    static func nearest(to name: String, among known: [String]) -> String? {
        let limit = max(1, name.count / 3)
        return known.map { (name: $0, distance: distance(name, $0)) }
            .filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
    }

    /// How many letters must be added, removed or replaced (V. I. Levenshtein, 1966).
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.prefix(64)), Array(right.prefix(64)))
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
