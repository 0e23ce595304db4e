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

    /// Checks a tree. No file is written and nothing is run.
    public init(_ tree: SourceTree) {
        let schema = SchemaReading.read(tree.files.map { SchemaReading.File(path: $0.path, text: $0.text) })
        self.init(tree, schema: schema)
    }

    /// Checks a tree against a schema that was read before.
    public init(_ tree: SourceTree, schema: Schema) {
        let targets = ColumnTarget.targets(of: schema)
        let columns = Set(targets.map { NameWords.folded($0.column) })
        var facts = CodeFacts()
        let schemaFiles = Set(
            schema.columns.filter { !$0.isModel && $0.origin.kind != .embeddedSQL }.map(\.place.file))
        for file in tree.files
        where file.role == .code && !(file.language == .sql && schemaFiles.contains(file.path)) {
            facts.add(CodeReader.read(file, columns: columns))
        }
        let tables = Dictionary(grouping: schema.columns) { NameWords.folded($0.column) }
            .mapValues { Set($0.map { $0.table.lowercased() }) }
        let linker = Linker(targets: targets, facts: facts, tables: tables)
        var found = FindingMaker(linker: linker, tree: tree)
        found.run()
        findings = found.findings
        self.schema = schema
        notes = tree.notes
        files = tree.files.count
    }
}
