/// Reads a repository and says where its code and its schemas disagree about the values of a column.
public struct SourceCheck: Sendable {
    /// What was found, errors and the surest first.
    public let findings: [SourceFinding]
    /// The schema that was read.
    public let schema: Schema
    /// What could not be read, one sentence each.
    public let notes: [String]
    /// How many source files were read.
    public let files: Int
    /// How many columns have a list of values or are named like a status.
    public let columns: Int
    /// The columns with statuses, with the moves that code makes or allows.
    public let statuses: [StatusColumn]

    /// Checks a tree. No file is written and nothing is run.
    public init(_ tree: SourceTree) {
        let schema = SchemaReading.read(tree.files.map { SchemaReading.File(path: $0.path, text: $0.text) })
        self.init(tree, schema: schema)
    }

    /// Checks a tree against a schema that was read before.
    /// - Parameters:
    ///   - live: the columns of a running database, which then decide for the tables it has; what the schema says of
    ///     them is held against it.
    ///   - declared: what somebody declared of columns; it is held against the schema and the code.
    ///   - schemaFiles: the files the schema was read from, where they are not in the tree.
    public init(
        _ tree: SourceTree, schema files: Schema, live: [SchemaColumn] = [], declared: [DeclaredColumn] = [],
        schemaFiles: [SourceFile] = []
    ) {
        let schema = live.isEmpty ? files : files.replaced(by: live)
        let originals = ColumnTarget.targets(of: schema, declared: declared)
        let byTarget = Self.declarations(declared, of: originals)
        let targets = originals.enumerated().map { index, target in
            guard let declaration = byTarget[index], !target.isConstrained else { return target }
            return ColumnTarget([declaration.column(like: target.variants[0])])
        }
        let columns = Set(targets.map { NameWords.folded($0.column) })
        var facts = CodeFacts()
        let made = Set(
            files.columns.filter { !$0.isModel && $0.origin.kind != .embeddedSQL }.map(\.place.file))
        for file in tree.files + schemaFiles { facts.ignored.formUnion(file.ignoredLines) }
        for file in tree.files
        where file.role == .code && !(file.language == .sql && made.contains(file.path)) {
            facts.add(CodeReader.read(file, columns: columns))
        }
        let tables = Dictionary(grouping: schema.columns) { NameWords.folded($0.column) }
            .mapValues { Set($0.map { $0.table.lowercased() }) }
        let linker = Linker(targets: targets, facts: facts, tables: tables)
        var found = FindingMaker(
            linker: linker, tree: tree, declared: byTarget, originals: originals,
            written: live.isEmpty ? [:] : files.written(besides: live))
        found.run()
        findings = found.findings
        self.schema = schema
        notes = tree.notes
        self.files = tree.files.count
        let triggers = (tree.files + schemaFiles).flatMap { TriggerMoves.read($0, columns: columns) }
        statuses = StatusColumns(linker: linker, moves: facts.moves + triggers).columns()
        self.columns = targets.filter { $0.isConstrained || $0.isStatusLike }.count
    }

    private static func declarations(_ declared: [DeclaredColumn], of targets: [ColumnTarget])
        -> [Int: DeclaredColumn]
    {
        var byTarget: [Int: DeclaredColumn] = [:]
        for declaration in declared {
            for (index, target) in targets.enumerated()
            where target.variants.contains(where: declaration.names) {
                byTarget[index] = declaration
            }
        }
        return byTarget
    }
}
