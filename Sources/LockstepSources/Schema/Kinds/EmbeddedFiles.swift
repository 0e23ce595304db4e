/// Schemas in the strings of programs: each file that makes tables is one.
///
/// Files that only change tables are read after those of the same folder that make them.
enum EmbeddedFiles {
    private struct Source {
        let path: String
        let list: TokenList
    }

    /// - Parameter passing: files that another kind has read already.
    static func read(_ index: SourceIndex, passing: Set<String>) -> [OriginReading] {
        var makers: [String: [(path: String, catalog: Catalog)]] = [:]
        var changers: [Source] = []
        for file in index.files where !passing.contains(file.path) && !Paths.isAside(file.path) {
            guard let language = SourceLanguage(fileName: file.path), language != .sql, language != .prisma,
                language != .json, SQLFiles.shapes(file.text), let list = index.tokens(of: file.path)
            else { continue }
            let source = Source(path: file.path, list: list)
            guard TextSearch.contains(file.text, anyOf: ["create table", "create unlogged", "create type"])
            else {
                changers.append(source)
                continue
            }
            let catalog = read(source, into: Catalog(), index)
            guard
                catalog.tables.contains(where: { $0 != nil }) || catalog.types.contains(where: { $0 != nil })
            else { continue }
            makers[Paths.folder(of: file.path), default: []].append((file.path, catalog))
        }
        for source in changers.sorted(by: { Paths.comesBefore($0.path, $1.path) }) {
            let folder = Paths.folder(of: source.path)
            guard let made = makers[folder] else { continue }
            makers[folder] = made.map { ($0.path, read(source, into: $0.catalog, index)) }
        }
        return makers.values.flatMap { $0 }.map { path, catalog in
            let dialect =
                SQLDialect.named(in: path)
                ?? SQLDialect.guess(
                    (index.tokens(of: path)?.tokens ?? []).filter(\.isString).prefix(400)
                        .flatMap { SQLFiles.shapes($0.text) ? SQLLexer.tokens(of: $0.text) : [] })
            return OriginReading(
                origin: SchemaOrigin(kind: .embeddedSQL, path: path, isAside: false), catalog: catalog,
                dialect: dialect)
        }
    }

    private static func read(_ source: Source, into catalog: Catalog, _ index: SourceIndex) -> Catalog {
        var catalog = catalog
        let sql = EmbeddedSQL(index, source.path, source.list)
        let skipped = CodeBlocks.bodies(of: CodeBlocks.backward, in: source.list)
        var at = 0
        while let token = source.list.at(at) {
            if let body = skipped.first(where: { $0.contains(at) }), body.upperBound > at {
                at = body.upperBound
            } else if token.isString, !token.isDocument, let (text, end) = sql.text(at: at) {
                sql.read(text, into: &catalog)
                at = end
            } else {
                at += 1
            }
        }
        return catalog
    }
}
