/// Ties what code states to the columns it is meant for.
struct Linker {
    let targets: [ColumnTarget]
    let facts: CodeFacts
    /// The vocabularies by name.
    private let byName: [String: [Int]]
    /// By folded name of a column, the tables that have one, whatever its type.
    let tables: [String: Set<String>]
    /// The targets by folded column name, by a value that they accept.
    let byColumn: [String: [Int]]
    /// The targets by folded column name and table: its name in lower case, and its words.
    private let byTable: [String: [String: [Int]]]
    private let byValue: [String: [Int]]
    private let byColumnWord: [String: [Int]]
    /// What is compared of each vocabulary.
    private let shapes: [VocabularyShape]
    /// What code states, and what models give right there.
    private(set) var vocabularies: [Vocabulary]
    private let constants: [String: [TextConstant]]
    /// Lists that a type is made of, `type Status = (typeof STATUSES)[number]`, by file and name.
    private let typed: Set<String>
    /// All links of all vocabularies.
    private(set) var links: [VocabularyLink] = []
    /// By target the vocabulary that a model gives it.
    private(set) var declared: [Int: VocabularyLink] = [:]
    /// By folded column name and file, the literals beside it that some column of that name accepts.
    private(set) var fitting: [String: [String: Set<String>]] = [:]

    init(targets: [ColumnTarget], facts: CodeFacts, tables: [String: Set<String>]) {
        self.tables = tables
        self.targets = targets
        self.facts = facts
        var vocabularies = facts.vocabularies
        let known = Set(vocabularies)
        for binding in facts.bindings {
            if case .given(let given) = binding.values, !known.contains(given) { vocabularies.append(given) }
        }
        self.vocabularies = vocabularies
        byName = Dictionary(grouping: vocabularies.indices) { vocabularies[$0].name }
        constants = Dictionary(grouping: facts.constants) { $0.name }
        typed = Set(
            facts.aliases.map { alias, list in
                alias.split(separator: "\n").first.map { $0 + "\n" + list } ?? list
            })
        byColumn = Dictionary(grouping: targets.indices) { NameWords.folded(targets[$0].column) }
        shapes = vocabularies.map(VocabularyShape.init)
        var byTable: [String: [String: [Int]]] = [:]
        var byValue: [String: [Int]] = [:]
        var byColumnWord: [String: [Int]] = [:]
        for (index, target) in targets.enumerated() {
            for value in target.values { byValue[value, default: []].append(index) }
            let column = NameWords.folded(target.column)
            let names = Set([target.lowerTable, VocabularyShape.key(target.tableWords.words)])
            for name in names { byTable[column, default: [:]][name, default: []].append(index) }
            if let last = target.columnWords.words.last { byColumnWord[last, default: []].append(index) }
        }
        self.byTable = byTable
        self.byValue = byValue
        self.byColumnWord = byColumnWord
        link()
    }

    /// Whether a list or a map of scripts is one that a type is made of, as good as a union.
    func isType(_ vocabulary: Vocabulary) -> Bool {
        typed.contains(vocabulary.place.file + "\n" + vocabulary.name)
    }

    // MARK: Bindings

    /// The vocabulary that a name means at a place: of the same file first, then the nearest.
    /// - Parameter member: only those that have a member of this name, where one is given.
    func vocabulary(named name: String, at file: String, having member: String? = nil) -> Int? {
        let parts = name.split(whereSeparator: { $0 == "." || $0 == ":" }).map(String.init)
        guard let last = parts.last else { return nil }
        // `Order.Status.choices`, `Order::STATUSES`; a name that is another name for a constant.
        let key = facts.aliases[file + "\n" + last] ?? last
        var candidates = byName[key] ?? []
        if candidates.isEmpty { candidates = byName[last] ?? [] }
        if candidates.isEmpty, parts.count == 1, let title = facts.enums[last] {
            candidates = byName[title] ?? []
        }
        // A model means a type of its own language.
        if let language = SourceLanguage(fileName: file)?.family {
            candidates = candidates.filter { vocabularies[$0].language.family == language }
        }
        if let member {
            candidates = candidates.filter { vocabularies[$0].members.contains { $0.name == member } }
        }
        guard !candidates.isEmpty else { return nil }
        func rank(_ index: Int) -> (Int, Int, Int) {
            let vocabulary = vocabularies[index]
            let owners = Set(vocabulary.owners)
            let named = parts.dropLast().filter { owners.contains($0) }.count
            let isFile = vocabulary.place.file == file ? 1 : 0
            return (named, isFile, ColumnTarget.common(vocabulary.place.file, file))
        }
        if file.hasSuffix(".go") {
            // A name without a package is of its own folder; one with a package is of that.
            let folder = file.split(separator: "/").dropLast()
            candidates = candidates.filter { index in
                let vocabulary = vocabularies[index]
                return parts.count > 1
                    ? vocabulary.owners.contains(parts[parts.count - 2])
                    : vocabulary.place.file.split(separator: "/").dropLast() == folder
            }
            let imports = facts.imports[file] ?? []
            let imported = candidates.filter { index in
                let folder = vocabularies[index].place.file.split(separator: "/").dropLast().joined(
                    separator: "/")
                return imports.contains { $0 == folder || $0.hasSuffix("/" + folder) }
            }
            if !imported.isEmpty { candidates = imported }
        }
        return candidates.max { rank($0) < rank($1) }
    }

    /// The targets a binding speaks of.
    func targets(of binding: ColumnBinding) -> [Int] {
        let column = NameWords.folded(binding.column)
        let candidates = byColumn[column] ?? []
        let table = facts.tables[binding.table] ?? binding.table
        let lowered = table.lowercased()
        let exact = candidates.filter { targets[$0].lowerTable == lowered }
        if !exact.isEmpty || binding.isTableNamed { return exact }
        let words = NameWords(table.split(separator: ":").map(String.init).joined(separator: "_")).words
        let best = candidates.filter { targets[$0].tableWords.words == words }
        if !best.isEmpty { return best }
        // `OrderModel`, `DBOrder`, `OrderEntity`; Django's `shop_order` of `Order` in the app `shop`.
        let plain = words.filter { !NameMatch.noise.contains($0) }
        let near = candidates.filter { targets[$0].tableWords.words == plain }
        if !near.isEmpty { return near }
        return candidates.filter { target in
            let words = targets[target].tableWords.words
            return words.count == plain.count + 1 && Array(words.suffix(plain.count)) == plain
                && binding.place.file.lowercased().contains(words[0])
        }
    }

    // MARK: Links

    private mutating func link() {
        var bound: [Int: Set<Int>] = [:]
        let places = Dictionary(vocabularies.indices.map { (vocabularies[$0], $0) }) { first, _ in first }
        var housed = Set<Int>()
        var all: [VocabularyLink] = []
        for binding in facts.bindings where binding.role == .code {
            let index: Int?
            switch binding.values {
            case .named(let name): index = vocabulary(named: name, at: binding.place.file)
            case .given(let given):
                index = places[given]
            }
            guard let index else { continue }
            let found = targets(of: binding)
            // A model's type whose column is a number or is not in any schema is at home there.
            if found.isEmpty, binding.isModel { housed.insert(index) }
            for target in found where bound[index]?.contains(target) != true {
                bound[index, default: []].insert(target)
                all.append(
                    link(
                        index, target, isBound: true, isModel: binding.isModel,
                        stored: binding.isOwn
                            ? nil : binding.isAnnotated && facts.storesValues ? .values : binding.stored))
            }
        }
        for (index, vocabulary) in vocabularies.enumerated()
        where vocabulary.role == .code && !housed.contains(index) {
            for target in candidates(of: index) where bound[index]?.contains(target) != true {
                let link = link(index, target, isBound: false, isModel: false, stored: nil)
                // Other words than the table's: what they have in common says nothing.
                if link.table >= 0, link.shared > 0 || (link.table >= 3 && link.column == 2) {
                    all.append(link)
                }
            }
        }
        links = all
        for link in links where link.isBound && !link.isHint && declared[link.target] == nil {
            declared[link.target] = link
        }
        for use in facts.uses {
            let text: String? =
                switch use.value {
                case .literal(let text): text
                case .constant(let name): value(ofConstant: name, at: use.place)?.value
                }
            guard let value = text else { continue }
            let name = NameWords.folded(use.name)
            if byColumn[name]?.contains(where: { targets[$0].values.contains(value) }) == true {
                fitting[name, default: [:]][use.place.file, default: []].insert(value)
            }
        }
    }

    /// How many lines below a constant of a function the same function may go on.
    private static let reach = 60

    /// The text of a constant or of a member of a vocabulary, if there is only one by that name near the file.
    func value(ofConstant name: String, at use: SourcePlace) -> (value: String, place: SourcePlace)? {
        let file = use.file
        var parts = name.split(separator: ".").map(String.init)
        // `Status.PAID.value`, `Status.paid.rawValue`, `Status.PAID.name`.
        var isName = false
        if parts.count >= 3, let last = parts.last, ["value", "rawValue", "name"].contains(last) {
            isName = last == "name"
            parts.removeLast()
        }
        guard let last = parts.last else { return nil }
        if parts.count >= 2 {
            let owner = parts[parts.count - 2]
            if let index = vocabulary(named: owner, at: file, having: last),
                let member = vocabularies[index].members.first(where: { $0.name == last }),
                let value = isName ? member.name : member.value
            {
                return (value, SourcePlace(file: vocabularies[index].place.file, line: member.line))
            }
            // What a known type lacks, or gives no text to, is no constant of another place.
            if vocabulary(named: owner, at: file) != nil { return nil }
        }
        let isScript = SourceLanguage(fileName: file)?.isScript == true
        // `order.status` is a property, whatever else is called so.
        if isScript, parts.count > 1, parts[0].first?.isLowercase == true { return nil }
        // A name without a capital may as well be a variable: only a constant of the same file is meant by it.
        let isPlain = !last.utf8.contains { $0 >= 0x41 && $0 <= 0x5A }
        let all = (constants[last] ?? []).filter { constant in
            guard constant.role == .code else { return false }
            return !constant.isLocal
                || constant.place.file == file && (0...Self.reach).contains(use.line - constant.place.line)
        }
        let here = all.filter { $0.place.file == file }
        // A script knows of another file's only what it imports.
        if isScript, here.isEmpty, facts.imports[file]?.contains(parts[0]) != true { return nil }
        let near = here.isEmpty && (isScript || !isPlain) ? all : here
        guard let first = near.first, near.allSatisfy({ $0.value == first.value }) else { return nil }
        return (first.value, first.place)
    }

    /// The targets that a vocabulary may be meant for: by a value that both know, or by the column's last word.
    private func candidates(of vocabulary: Int) -> [Int] {
        let shape = shapes[vocabulary]
        var found = Set<Int>()
        for value in shape.values.union(shape.names) { found.formUnion(byValue[value] ?? []) }
        for word in shape.words { found.formUnion(byColumnWord[word] ?? []) }
        return found.filter { target in
            Self.names(shape, targets[target]).table >= 0
        }
    }

    /// The targets of a column's name whose table is one of these names, or has the words of one of them.
    func targets(ofColumn column: String, tables: some Sequence<String>) -> [Int] {
        guard let known = byTable[column] else { return [] }
        var found = Set<Int>()
        for table in tables {
            found.formUnion(known[table.lowercased()] ?? [])
            found.formUnion(known[VocabularyShape.key(NameWords(table).words)] ?? [])
        }
        return found.sorted()
    }

    private func link(_ index: Int, _ target: Int, isBound: Bool, isModel: Bool, stored: Stored?)
        -> VocabularyLink
    {
        let shape = shapes[index]
        let column = targets[target]
        let (accepted, folded) = column.values(for: vocabularies[index].place.file)
        func shared(_ stored: Stored) -> Int { shape.stored(stored).intersection(accepted).count }
        // Where no model says which of the two is stored, the better fit decides.
        let kept = stored ?? (shared(.names) > shared(.values) ? .names : .values)
        let scores = Self.names(shape, column)
        let values = shape.stored(kept)
        return VocabularyLink(
            vocabulary: index, target: target, stored: kept, isBound: isBound, isModel: isModel,
            isHint: isBound && !isModel && vocabularies[index].language.isScript,
            isSpelledOut: scores.column == 2 && column.columnWords.words.count > 1, table: scores.table,
            column: scores.column, shared: shared(kept), count: values.count, accepted: accepted.count,
            distinctive: values.intersection(accepted).filter { !NameMatch.common.contains($0.lowercased()) }
                .count,
            isNamedAlike: !shape.folded(kept).isDisjoint(with: folded),
            isNarrower: scores.isNarrower)
    }

    /// What of a vocabulary would stand in the column, with the lines.
    static func values(of vocabulary: Vocabulary, _ stored: Stored) -> [(
        value: String, name: String?, line: Int
    )] {
        vocabulary.members.compactMap { member in
            let value = stored == .names ? member.name ?? member.value : member.value ?? member.name
            return value.map { ($0, member.name, member.line) }
        }
    }

    private static func names(_ shape: VocabularyShape, _ target: ColumnTarget) -> (
        table: Int, column: Int, isNarrower: Bool
    ) {
        var (score, rest) = NameMatch.column(shape.words, target.columnWords.words)
        rest = rest.filter { !NameMatch.noise.contains($0) }
        if score == 0, let owner = shape.lastOwner, rest.isEmpty || shape.isNameless {
            let (outer, left) = NameMatch.column(owner, target.columnWords.words)
            score = outer
            rest = left.filter { !NameMatch.noise.contains($0) }
        }
        var table = NameMatch.table(rest, target.tableWords.words)
        if table <= 0 {
            let around = shape.owners.filter { !target.columnWords.words.contains($0) }
            let byOwner = NameMatch.table(rest.isEmpty ? around : around + rest, target.tableWords.words)
            let whole = shape.lastOwner.map { $0.filter { !NameMatch.noise.contains($0) } }
            if rest.isEmpty, whole == target.tableWords.words {
                // `FormQuestion` with a `question_type`: a word that both have is still the table's.
                table = 3
            } else if rest.isEmpty, byOwner > 0 {
                table = byOwner == 4 ? 3 : 1
            } else if rest.isEmpty {
                let file = shape.files.contains { NameMatch.table($0, target.tableWords.words) == 4 }
                table = file ? 1 : around.isEmpty ? 0 : byOwner
            } else if byOwner == 4 {
                table = 3
            }
        }
        let isNarrower =
            table == 2
            && rest.contains {
                !target.tableWords.words.contains($0) && !target.columnWords.words.contains($0)
            }
        return (table, score, isNarrower)
    }
}
