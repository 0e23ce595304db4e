/// Paths of files, cut at `/`.
enum Paths {
    static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The folder a path is in; empty for the root.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// What is behind the last dot, in lower case.
    static func ending(of path: String) -> String {
        let name = name(of: path)
        return name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
    }

    private static let asides: Set<String> = [
        "test", "tests", "__tests__", "spec", "specs", "fixture", "fixtures", "__fixtures__", "testdata",
        "test_data",
        "example", "examples", "sample", "samples", "demo", "demos", "doc", "docs", "bench", "benchmark",
        "benchmarks",
        "e2e", "mock", "mocks", "__mocks__", "quickstart", "playground", "testing", "testutil", "testutils",
        "integration_tests", "archive", "archived", "deprecated", "legacy", "old", "backup", "backups",
    ]

    /// Whether a file lies among tests, examples, fixtures, documents or what was put away.
    static func isAside(_ path: String) -> Bool {
        let parts = path.split(separator: "/").map { $0.lowercased() }
        if parts.dropLast().contains(where: asides.contains) { return true }
        guard let name = parts.last else { return false }
        return name.contains(".test.") || name.contains(".spec.") || name.contains("_test.")
            || name.hasPrefix("test_") || name.contains("_spec.")
    }

    /// Whether one path comes before another, numbers by their value: `1.9/x` before `1.10/x`.
    static func comesBefore(_ left: String, _ right: String) -> Bool {
        let first = pieces(of: left)
        let second = pieces(of: right)
        for (one, other) in zip(first, second) where one != other {
            switch (one, other) {
            case (.number(let one), .number(let other)) where one != other:
                // Days and moments as digits are ordered as text: `20250625` comes after `20250409154352`.
                if one.count > 8, other.count > 8 {
                    return one.dropFirst().lexicographicallyPrecedes(other.dropFirst())
                }
                return one.lexicographicallyPrecedes(other)
            case (.number, .text): return true
            case (.text, .number): return false
            case (.text(let one), .text(let other)): return one < other
            default: continue
            }
        }
        return first.count == second.count ? left < right : first.count < second.count
    }

    private enum Piece: Equatable {
        case text(String)
        /// The length and then the digits without leading noughts, so that they compare by value.
        case number([Int])
    }

    private static func pieces(of path: String) -> [Piece] {
        var pieces: [Piece] = []
        var text = ""
        var digits: [Int] = []
        for character in path {
            if character.isASCII, let digit = character.wholeNumberValue {
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                digits.append(digit)
            } else {
                if !digits.isEmpty { pieces.append(number(digits)) }
                digits = []
                text.append(character)
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        if !digits.isEmpty { pieces.append(number(digits)) }
        return pieces
    }

    private static func number(_ digits: [Int]) -> Piece {
        let value = digits.drop { $0 == 0 }
        return .number([value.count] + value)
    }
}
