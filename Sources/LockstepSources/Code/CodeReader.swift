/// What reading one file finds. Each language adds what is its own.
struct CodeReader {
    let file: SourceFile
    private(set) var list: TokenList
    /// The folded names of the columns that literals are looked for next to.
    let columns: Set<String>
    var facts = CodeFacts()
    /// What the place being read stands in: names with the index at which each ends.
    private(set) var scopes: [(name: String, end: Int)] = []
    /// The index at which the type of a script that is being read ends.
    var typeEnd = -1

    /// What the call around the SQL being read gives for its parameters.
    var sqlParameters = SQLParameters()

    init(file: SourceFile, columns: Set<String>) {
        self.file = file
        list = file.tokens
        self.columns = columns
    }

    /// For a piece of a file.
    init(file: SourceFile, list: TokenList) {
        self.file = file
        self.list = list
        columns = []
    }

    /// What a file states and writes.
    static func read(_ file: SourceFile, columns: Set<String>) -> CodeFacts {
        var reader = CodeReader(file: file, columns: columns)
        if file.language == .rust { reader.skipRustTests() }
        switch file.language {
        case .python: reader.readPython()
        case .typescript, .javascript: reader.readScript()
        case .go: reader.readGo()
        case .ruby: reader.readRuby()
        case .java, .kotlin: reader.readJava()
        case .swift: reader.readSwift()
        case .rust: reader.readRust()
        case .sql:
            reader.readSQLFile()
            return reader.facts
        case .prisma: return Prisma.facts(of: file)
        case .json, .changelog: return reader.facts
        }
        reader.groupConstants()
        reader.readUses()
        reader.readSQLStrings()
        reader.readMoves()
        return reader.facts
    }

    /// Rust keeps tests in the files they test: `#[cfg(test)] mod tests { … }` is left out.
    private mutating func skipRustTests() {
        for index in list.tokens.indices where list[index].isWord("cfg") && list.isWord("test", at: index + 2)
        {
            guard
                let open = (index..<min(index + 24, list.count)).first(where: { list[$0].isMark("{") }),
                (index..<open).contains(where: { list[$0].isWord("mod") }), list.isClosed(open)
            else { continue }
            // The attribute goes too: it must not be found again.
            let rest = list.tokens[..<index] + list.tokens[list.close(of: open)...].dropFirst()
            list = TokenList(language: file.language, tokens: Array(rest), comments: list.comments)
            return skipRustTests()
        }
    }

    func place(_ line: Int) -> SourcePlace { SourcePlace(file: file.path, line: line) }

    /// Constants of one file whose names begin alike are a vocabulary.
    private mutating func groupConstants() {
        guard facts.constants.count >= 2 else { return }
        addPrefixGroups(
            facts.constants.map { Vocabulary.Member(name: $0.name, value: $0.value, line: $0.place.line) },
            owners: [])
    }

    // MARK: Scopes

    mutating func enter(_ name: String, until end: Int) {
        // Depth is bounded: a file of opening brackets only must not cost its square.
        if scopes.count < 64 { scopes.append((name, end)) }
    }

    mutating func leave(before index: Int) {
        while let last = scopes.last, last.end <= index { scopes.removeLast() }
    }

    var owners: [String] { scopes.map(\.name) }

    // MARK: Adding

    mutating func addVocabulary(
        _ name: String, _ kind: Vocabulary.Kind, _ members: [Vocabulary.Member], line: Int,
        isOpen: Bool = false, owners: [String]? = nil
    ) {
        if let vocabulary = vocabulary(name, kind, members, line: line, isOpen: isOpen, owners: owners) {
            facts.vocabularies.append(vocabulary)
        }
    }

    func vocabulary(
        _ name: String, _ kind: Vocabulary.Kind, _ members: [Vocabulary.Member], line: Int,
        isOpen: Bool = false, owners: [String]? = nil
    ) -> Vocabulary? {
        // Values of a status are short and few; what is longer is text, what is more is a table.
        let members = members.filter { ($0.value ?? $0.name ?? "").utf8.count <= 80 }
        guard !members.isEmpty, members.count <= 400 else { return nil }
        return Vocabulary(
            name: name, owners: Self.around(name, owners ?? self.owners), kind: kind, members: members,
            place: place(line),
            isOpen: isOpen, language: file.language, role: file.role)
    }

    /// The owners without the thing itself, which is read as a scope of its own.
    private static func around(_ name: String, _ owners: [String]) -> [String] {
        owners.last == name ? owners.dropLast() : owners
    }

    mutating func addConstant(_ name: String, _ value: String, line: Int, isLocal: Bool = false) {
        guard value.utf8.count <= 80 else { return }
        facts.constants.append(
            TextConstant(name: name, value: value, place: place(line), role: file.role, isLocal: isLocal))
    }

    // MARK: Literals

    /// The literals that stand between the commas of the bracket at `index`, and whether anything else does.
    func literals(in index: Int) -> (members: [Vocabulary.Member], isOpen: Bool) {
        literals(of: min(index + 1, list.count)..<list.close(of: index))
    }

    func literals(of range: Range<Int>) -> (members: [Vocabulary.Member], isOpen: Bool) {
        var members: [Vocabulary.Member] = []
        var isOpen = false
        var place = range.lowerBound
        while place < range.upperBound {
            let token = list[place]
            switch token.kind {
            case .string where file.language == .python && list.isMark("=", at: place - 1):
                // `name="order_status"`: what an argument says by its keyword is no value.
                place += 1
            case .string, .symbol:
                let next = list.at(place + 1)
                let isAlone =
                    place + 1 >= range.upperBound || next?.isMark(",") == true || next?.quote == "%w"
                    || next?.kind == .symbol
                if isAlone, let value = token.kind == .symbol ? token.text : token.plainString {
                    members.append(Vocabulary.Member(name: nil, value: value, line: token.line))
                } else {
                    isOpen = true
                }
                place += 1
            case .mark where token.text == ",": place += 1
            case .mark where list.partners[place] > place:
                isOpen = true
                place = list.partners[place] + 1
            default:
                isOpen = true
                place += 1
            }
        }
        return (members, isOpen)
    }

    /// What a map holds, and what of it could not be read.
    struct Entries {
        let keys: [Vocabulary.Member]
        let values: [Vocabulary.Member]
        let isOpen: Bool
        let areValuesOpen: Bool
    }

    /// The entries of a map in the bracket at `index`: keys and values that are literals.
    func entries(in index: Int) -> Entries {
        var keys: [Vocabulary.Member] = []
        var values: [Vocabulary.Member] = []
        var isOpen = false
        var areValuesOpen = false
        for part in list.parts(in: index) {
            guard part.count >= 2 else {
                isOpen = true
                continue
            }
            var start = part.lowerBound
            // `[Status.A]: …` is a key that cannot be read; its value can.
            if list[start].isMark("["), list.partners[start] > start { start = list.partners[start] }
            guard start + 1 < part.upperBound,
                let separator = (start + 1..<part.upperBound).prefix(12).first(where: {
                    list[$0].isMark(":") || list[$0].isMark("=>") || list[$0].isMark("->")
                        || list[$0].isWord("to")
                })
            else {
                isOpen = true
                continue
            }
            let key = list[part.lowerBound]
            var name: String?
            if separator == part.lowerBound + 1 {
                switch key.kind {
                case .word where file.language.isScript || file.language == .ruby: name = key.text
                case .string, .symbol: name = key.holes.isEmpty ? key.text : nil
                default: break
                }
            } else if key.kind == .word {
                // `Status.DRAFT: …`: the key is a member; its last word names it.
                name = list[separator - 1].kind == .word ? list[separator - 1].text : nil
            }
            if let name, separator == part.lowerBound + 1 {
                keys.append(Vocabulary.Member(name: nil, value: name, line: key.line))
            }
            if separator + 1 < part.upperBound {
                let value = list[separator + 1]
                if separator + 2 == part.upperBound, let text = literal(value) {
                    values.append(Vocabulary.Member(name: name, value: text, line: value.line))
                } else {
                    areValuesOpen = true
                }
            }
        }
        return Entries(keys: keys, values: values, isOpen: isOpen, areValuesOpen: areValuesOpen || isOpen)
    }

    func literal(_ token: Token) -> String? {
        switch token.kind {
        case .string: token.plainString
        case .symbol: token.text
        case .word, .number, .mark, .pattern: nil
        }
    }
}
