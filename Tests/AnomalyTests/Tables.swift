/// Tables that tests upload.
enum Tables {
    /// A table in which `b` is twice `a`, but for the rows 20 and 40, in whose last column stands another colour.
    static let small = table(rows: 60, strange: [20, 40])

    /// A table of some size in which nothing is strange.
    static func table(rows: Int, strange: Set<Int> = []) -> String {
        var lines = ["a,b,c,colour"]
        for row in 1...rows {
            let a = row * 7919 % 101
            let b = strange.contains(row) ? -900 : 2 * a
            lines.append("\(a),\(b),\(row * 104_729 % 37),\(strange.contains(row) ? "red" : "blue")")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A table whose training takes long enough to be interrupted.
    static let wide: String = {
        let columns = 60
        var lines = [(1...columns).map { "c\($0)" }.joined(separator: ",")]
        for row in 1...6000 {
            lines.append((1...columns).map { "\((row * 7919 + $0 * 104_729) % 1009)" }.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }()
}
