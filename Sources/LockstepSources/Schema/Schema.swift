/// The schemas of a repository as its migrations, dumps and models leave them.
public struct Schema: Sendable, Hashable {
    /// Something that was not understood, or that a reader of the schema should know.
    public struct Note: Sendable, Hashable {
        /// Where it is written.
        public let place: SourcePlace
        /// One sentence.
        public let sentence: String

        init(_ place: SourcePlace, _ sentence: String) {
            self.place = place
            self.sentence = sentence
        }
    }

    /// Every column of every table, by origin (the best witness first), table and position in the table.
    public let columns: [SchemaColumn]
    /// What was not understood.
    public let notes: [Note]

    init(columns: [SchemaColumn], notes: [Note]) {
        self.columns = columns
        self.notes = notes
    }

    /// The same schema, its files by other names.
    /// - Parameters:
    ///   - isGiven: whether somebody named it as the one to check against. Where its files lie then says nothing
    ///     about it: it is the schema even among tests.
    ///   - name: what a file or folder is called instead.
    public func renamed(isGiven: Bool = false, _ name: (String) -> String) -> Schema {
        Schema(
            columns: columns.map { $0.renamed(isGiven: isGiven, name) },
            notes: notes.map { Note($0.place.renamed(name), $0.sentence) })
    }

    /// The columns of a name, of every table and origin, the best witness first. Case does not count.
    public func columns(named name: String) -> [SchemaColumn] {
        let name = name.lowercased()
        return columns.filter { $0.column.lowercased() == name }
    }

    /// The columns as a running database most likely has them: of each table only what its best witnesses say.
    ///
    /// Models give way to migrations and dumps of the same table, and what lies among tests or documents to what does
    /// not. Several witnesses of one rank all stay, and so do API schemas, which are no tables. ``columns`` has
    /// everything.
    public var witnessed: [SchemaColumn] {
        var best: [String: Int] = [:]
        for column in columns where !column.isOfAPI {
            let rank = column.origin.witness
            best[column.table.lowercased()] = min(best[column.table.lowercased()] ?? rank, rank)
        }
        return columns.filter { $0.isOfAPI || $0.origin.witness == best[$0.table.lowercased()] }
    }
}

extension SchemaColumn {
    var isOfAPI: Bool { origin.kind == .apiSchema }
}

extension SchemaOrigin {
    /// Which of several schemas of one table to believe, in steps: what runs, what describes, what lies aside.
    fileprivate var witness: Int {
        switch kind {
        case .sqlAlchemy, .typeORM, .sequelize, .prisma, .drizzle, .apiSchema: isAside ? 3 : 1
        default: isAside ? 2 : 0
        }
    }
}
