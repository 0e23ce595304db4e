/// A column with statuses as schema and code know it: what a declaration is made of.
public struct StatusColumn: Sendable, Hashable {
    /// A move that code makes or allows.
    public struct Move: Sendable, Hashable {
        /// The status that is left.
        public let from: String
        /// The status that is entered.
        public let to: String
        /// Where it is written.
        public let place: SourcePlace
    }

    /// The schema of the database, where one is named.
    public let namespace: String?
    /// The table.
    public let table: String
    /// The column.
    public let column: String
    /// Its statuses: what the schema lists, or else what code declares for it, or else what rows of a running database
    /// hold.
    public let statuses: [String]
    /// Whether the schema lists them.
    public let isConstrained: Bool
    /// What a row gets when nothing is said.
    public let defaultValue: String?
    /// Moves that code makes or allows, in the order of the statuses.
    public let moves: [Move]
    /// Statuses that a map of transitions says nothing follows.
    public let ends: Set<String>
    /// Where the list of statuses is written.
    public let place: SourcePlace
    /// Whether its name says that it holds a status.
    public let isStatusLike: Bool
    /// The values that code knows of it, in the order of its declaration; nil where no type of code is tied to it.
    public let known: [String]?
    /// Whether a model ties that type to the column.
    public let isBound: Bool
}

/// Finds which moves belong to which column.
struct StatusColumns {
    let linker: Linker
    let moves: [CodeMoves]
    /// By target the largest vocabulary that is named like it.
    private let named: [Int: VocabularyLink]
    /// By target every vocabulary that may be meant for it.
    private let links: [Int: [VocabularyLink]]
    /// By folded name of a column the literals that stand beside such a name.
    private let literals: [String: Set<String>]

    init(linker: Linker, moves: [CodeMoves]) {
        self.linker = linker
        self.moves = moves
        named = Dictionary(
            linker.links.filter { $0.table >= 3 && $0.column == 2 }.map { ($0.target, $0) },
            uniquingKeysWith: { $0.count >= $1.count ? $0 : $1 })
        links = Dictionary(grouping: linker.links.filter { $0.confidence != nil }) { $0.target }
        literals = linker.facts.uses.reduce(into: [:]) { found, use in
            guard case .literal(let value) = use.value else { return }
            found[NameWords.folded(use.name), default: []].insert(value)
        }
    }

    /// More are no statuses.
    private static let most = 60

    func columns() -> [StatusColumn] {
        let known = linker.targets.indices.map(statuses)
        let sets = known.map(Set.init)
        var moves: [Int: [StatusColumn.Move]] = [:]
        var ends: [Int: Set<String>] = [:]
        for found in self.moves {
            let pairs = found.moves.map { move in
                (
                    from: text(move.from, found.place.file),
                    to: move.to.map { text($0, found.place.file) }, line: move.line
                )
            }
            guard let target = target(of: found, pairs.flatMap { [$0.from] + $0.to }, sets) else { continue }
            let isMap = found.column == nil && !found.name.isEmpty
            for pair in pairs {
                guard let from = pair.from else { continue }
                if pair.to.isEmpty, isMap { ends[target, default: []].insert(from) }
                for case let to? in pair.to where to != from {
                    moves[target, default: []].append(
                        StatusColumn.Move(
                            from: from, to: to, place: SourcePlace(file: found.place.file, line: pair.line)))
                }
            }
        }
        return linker.targets.indices.compactMap { index in
            let target = linker.targets[index]
            let statuses = known[index]
            guard statuses.count >= 2, statuses.count <= Self.most else { return nil }
            let best = target.variants[0]
            let order = Dictionary(statuses.enumerated().map { ($1, $0) }) { first, _ in first }
            var seen = Set<[String]>()
            let own = (moves[index] ?? []).filter {
                order[$0.from] != nil && order[$0.to] != nil && seen.insert([$0.from, $0.to]).inserted
            }
            return StatusColumn(
                namespace: best.namespace, table: target.table, column: target.column, statuses: statuses,
                isConstrained: best.accepted != nil, defaultValue: best.defaultValue,
                moves: own.sorted {
                    (order[$0.from] ?? 0, order[$0.to] ?? 0) < (order[$1.from] ?? 0, order[$1.to] ?? 0)
                },
                ends: ends[index] ?? [], place: best.place, isStatusLike: target.isStatusLike,
                known: values(knownOf: index), isBound: linker.declared[index] != nil)
        }
    }

    /// What the schema lists, or else what a model declares, or else the surest vocabulary of that name.
    private func statuses(of index: Int) -> [String] {
        let target = linker.targets[index]
        if let accepted = target.variants.lazy.compactMap(\.accepted).first { return accepted }
        let link = linker.declared[index] ?? named[index]
        guard let link else { return target.variants[0].held }
        var seen = Set<String>()
        return Linker.values(of: linker.vocabularies[link.vocabulary], link.stored).map(\.value)
            .filter { seen.insert($0).inserted }
    }

    /// Everything that code says beside the column: of the type that is meant for it first.
    private func values(knownOf index: Int) -> [String]? {
        guard let first = linker.declared[index] ?? named[index] else { return nil }
        var seen = Set<String>()
        var values = Linker.values(of: linker.vocabularies[first.vocabulary], first.stored).map(\.value)
            .filter { seen.insert($0).inserted }
        for link in links[index] ?? [] {
            values += Linker.values(of: linker.vocabularies[link.vocabulary], link.stored).map(\.value)
                .filter { seen.insert($0).inserted }
        }
        return values
            + (literals[NameWords.folded(linker.targets[index].column)] ?? []).subtracting(seen).sorted()
    }

    private func text(_ value: ValueUse.Value, _ file: String) -> String? {
        switch value {
        case .literal(let text): text
        case .constant(let name): linker.value(ofConstant: name, at: SourcePlace(file: file, line: 0))?.value
        }
    }

    /// The column that knows all of these values. Where several do, the one that is named nearby.
    private func target(of moves: CodeMoves, _ values: [String?], _ known: [Set<String>]) -> Int? {
        let values = Set(values.compactMap { $0 })
        guard values.count >= 2 else { return nil }
        let words = Set(NameWords(moves.name).words + NameWords(moves.place.file).words)
        let column = moves.column.map(NameWords.folded)
        let candidates: [Int]
        if let column, let table = moves.table, !table.isEmpty {
            candidates = linker.targets(ofColumn: column, tables: [linker.facts.tables[table] ?? table])
        } else if let column {
            candidates = linker.byColumn[column] ?? []
        } else {
            candidates = Array(linker.targets.indices)
        }
        let fitting = candidates.filter { index in
            if column != nil, let table = moves.table, !table.isEmpty,
                (linker.facts.tables[table] ?? table).lowercased() != linker.targets[index].lowerTable
            {
                return false
            }
            return values.isSubset(of: known[index])
        }
        func score(_ index: Int) -> Double {
            let target = linker.targets[index]
            let shared = target.tableWords.words.filter(words.contains).count
            return Double(shared) * 2 + (target.isStatusLike ? 1 : 0)
                + Double(values.count) / Double(max(1, known[index].count))
        }
        return fitting.max { score($0) < score($1) }
    }
}
