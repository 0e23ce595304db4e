/// The files of a repository, taken apart when they are asked for, and the constants in them that schemas name.
final class SourceIndex {
    let files: [SchemaReading.File]
    private var lists: [Int: TokenList] = [:]
    private var indexes: [String: Int] = [:]
    /// For each name the files with a line that looks as if it defined it.
    private lazy var definers: [String: [Int]] = findDefiners()
    private var definitions: [Int: [String: CodeConstant]] = [:]

    init(_ files: [SchemaReading.File]) {
        self.files = files
        for (index, file) in files.enumerated() { indexes[file.path] = index }
    }

    /// The tokens of a file; nil for files of no known language.
    func tokens(of path: String) -> TokenList? {
        guard let index = indexes[path] else { return nil }
        return tokens(at: index)
    }

    private func tokens(at index: Int) -> TokenList? {
        if let list = lists[index] { return list }
        let file = files[index]
        guard let language = SourceLanguage(fileName: file.path) else { return nil }
        let ending = Paths.ending(of: file.path)
        let list = Lexer.tokens(
            of: file.text, language: language, isMarkup: ending == "vue" || ending == "svelte")
        lists[index] = list
        return list
    }

    /// The constant of a name that a file means: its own, else that of the nearest file which has one.
    func constant(_ name: String, from path: String) -> CodeConstant? {
        constant(name, from: path, depth: 0)
    }

    private func constant(_ name: String, from path: String, depth: Int) -> CodeConstant? {
        guard depth < 6 else { return nil }
        let base = name.split(separator: ".").first.map(String.init) ?? name
        guard let candidates = definers[base] else { return nil }
        let language = SourceLanguage(fileName: path)
        let sorted = candidates.map { (index: $0, distance: Self.distance(files[$0].path, path)) }
            .sorted { ($0.distance, $0.index) < ($1.distance, $1.index) }
        for candidate in sorted.prefix(20) {
            let other = SourceLanguage(fileName: files[candidate.index].path)
            guard other == language || (other?.isScript == true && language?.isScript == true) else {
                continue
            }
            guard let found = constants(at: candidate.index)[base] else { continue }
            guard case .references(let references) = found else { return found }
            return resolved(references, from: files[candidate.index].path, depth: depth + 1)
        }
        return nil
    }

    private func resolved(_ references: [CodeConstant.Reference], from path: String, depth: Int)
        -> CodeConstant?
    {
        var texts: [String] = []
        for reference in references {
            switch reference {
            case .text(let text): texts.append(text)
            case .all(let name, let names):
                guard let found = constant(name, from: path, depth: depth) else { return nil }
                texts += names ? found.names : found.values
            case .one(let name):
                let parts = name.split(separator: ".").map(String.init)
                guard let found = constant(parts[0], from: path, depth: depth) else { return nil }
                switch found {
                case .text(let text): texts.append(text)
                case .members(let members) where parts.count > 1:
                    guard let member = members.first(where: { $0.name == parts[1] }) else { return nil }
                    texts.append(member.value)
                default: return nil
                }
            }
        }
        return .list(texts)
    }

    /// How many folders lie between two files.
    private static func distance(_ one: String, _ other: String) -> Int {
        if one == other { return -1 }
        let first = one.split(separator: "/").dropLast()
        let second = other.split(separator: "/").dropLast()
        let common = zip(first, second).prefix { $0 == $1 }.count
        return first.count + second.count - 2 * common + (Paths.isAside(one) ? 20 : 0)
    }

    private func constants(at index: Int) -> [String: CodeConstant] {
        if let known = definitions[index] { return known }
        let found = tokens(at: index).map { CodeConstants(list: $0).all() } ?? [:]
        definitions[index] = found
        return found
    }

    private static let beginnings: Set<String> = [
        "export", "const", "let", "var", "enum", "class", "declare", "public", "final", "static", "private",
        "internal",
        "readonly", "indirect", "type", "default", "extension", "case", "fileprivate",
    ]

    /// One pass over all lines: the first name of each line that may define something.
    private func findDefiners() -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        for (index, file) in files.enumerated() {
            guard let language = SourceLanguage(fileName: file.path),
                [
                    .python, .typescript, .javascript, .ruby, .swift,
                ].contains(language)
            else { continue }
            var text = file.text
            text.withUTF8 { bytes in
                var names: Set<String> = []
                var start = 0
                while start < bytes.count {
                    var end = start
                    while end < bytes.count, bytes[end] != .newline { end += 1 }
                    if let name = Self.defined(bytes, start..<min(end, start + 200)) { names.insert(name) }
                    start = end + 1
                }
                for name in names { found[name, default: []].append(index) }
            }
        }
        return found
    }

    private static func defined(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> String? {
        var at = line.lowerBound
        while true {
            while at < line.upperBound, bytes[at] == 32 || bytes[at] == 9 { at += 1 }
            let start = at
            while at < line.upperBound, isNamePart(bytes[at]) { at += 1 }
            guard at > start else { return nil }
            let word = String(decoding: bytes[start..<at], as: UTF8.self)
            if beginnings.contains(word) { continue }
            // Assigned, opened, or a class with bases.
            var next = at
            while next < line.upperBound, bytes[next] == 32 { next += 1 }
            guard next < line.upperBound else { return word }
            return "=:{(<".utf8.contains(bytes[next]) ? word : nil
        }
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }
}
