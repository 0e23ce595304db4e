/// A word, a number, a string or a mark of a source file.
struct Token: Sendable, Hashable {
    enum Kind: UInt8, Sendable {
        /// A name or a keyword. A name in back quotes (Swift, Kotlin, SQL) has lost them, a quoted name of SQL too.
        case word
        case number
        /// `text` is what the string holds: escapes are resolved, quotes gone.
        case string
        /// Ruby's `:name`: `text` is the name.
        case symbol
        /// A sign such as `(`, `=>`, `::` or `||`.
        case mark
        /// A regular expression between slashes: `text` is what stands between them.
        case pattern
    }

    /// An expression inside a string: `${…}`, `#{…}`, `\(…)`, `{…}`, `$name`.
    struct Hole: Sendable, Hashable {
        /// Where `placeholder` stands for it in the token's text, counted in UTF-8 bytes.
        let offset: Int
        /// The expression, as written.
        let source: String
        /// The line at which it begins.
        let line: Int
    }

    /// What stands in the text of a string for each of its holes, in order: no name holds it.
    static let placeholder = "\u{FFFC}"

    let kind: Kind
    let text: String
    /// Counted from 1.
    let line: Int
    /// How many characters (bytes) stand before it on its line: the depth at which Python nests.
    let column: Int
    /// Whether it is the first of its line.
    let isFirst: Bool
    /// How the string was opened: `'`, `"`, a back quote, `"""`, `'''`, `<<` (Ruby's here-document), `%w`, `$$`.
    /// Of a quoted name of SQL likewise; empty otherwise.
    var quote = ""
    /// A string that is a statement of its own, as Python's documentation is.
    var isDocument = false
    var holes: [Hole] = []
    /// Where in `text` (in UTF-8 bytes) the second and the further lines of the file begin.
    var breaks: [Int] = []

    /// The line of the file that a byte of a string's text came from.
    func line(at offset: Int) -> Int {
        var low = 0
        var high = breaks.count
        while low < high {
            let middle = (low + high) / 2
            if breaks[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return line + low
    }

    func isWord(_ word: String) -> Bool { kind == .word && text == word }
    func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
    var isString: Bool { kind == .string }
    /// A string without a hole: the value that it will have.
    var plainString: String? { kind == .string && holes.isEmpty ? text : nil }
}
