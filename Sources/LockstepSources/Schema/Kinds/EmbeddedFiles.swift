/// Schemas in the strings of programs: each file that makes tables is one.
///
/// Files that only change tables are read after those of the same folder that make them. Of files that make tables one
/// may go on where another of the folder ended: they are one schema.
enum EmbeddedFiles {
    private struct Source {
        let path: String
        let list: TokenList
    }

    private struct Maker {
        let source: Source
        var catalog: Catalog

        /// The tables and types that it makes, in lower case.
        var names: Set<String> {
            Set(
                (catalog.tables.compactMap { $0.map(\.name) } + catalog.types.compactMap { $0.map(\.name) })
                    .map { $0.name.lowercased() })
        }
    }

    /// - Parameter passing: files that another kind has read already.
    static func read(_ index: SourceIndex, passing: Set<String>) -> [OriginReading] {
        var makers: [String: [Maker]] = [:]
        var changers: [Source] = []
        for file in index.files where !passing.contains(file.path) && !Paths.isAside(file.path) {
            guard let language = SourceLanguage(fileName: file.path), language != .sql, language != .prisma,
                language != .json, language != .changelog, SQLFiles.shapes(file.text),
                let list = index.tokens(of: file.path)
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
            makers[Paths.folder(of: file.path), default: []].append(
                Maker(source: source, catalog: catalog))
        }
        for (folder, made) in makers where made.count > 1 { makers[folder] = joined(made, index) }
        for source in changers.sorted(by: { Paths.comesBefore($0.path, $1.path) }) {
            let folder = Paths.folder(of: source.path)
            guard let made = makers[folder] else { continue }
            makers[folder] = made.map {
                Maker(source: $0.source, catalog: read(source, into: $0.catalog, index))
            }
        }
        return makers.values.flatMap { $0 }.map { maker in
            let path = maker.source.path
            let dialect =
                SQLDialect.named(in: path)
                ?? SQLDialect.guess(
                    (index.tokens(of: path)?.tokens ?? []).filter(\.isString).prefix(400)
                        .flatMap { SQLFiles.shapes($0.text) ? SQLLexer.tokens(of: $0.text) : [] })
            return OriginReading(
                origin: SchemaOrigin(kind: .embeddedSQL, path: path, isAside: false),
                catalog: maker.catalog, dialect: dialect)
        }
    }

    /// Of several files of a folder those are one schema of which one alters what another makes, in their order.
    private static func joined(_ made: [Maker], _ index: SourceIndex) -> [Maker] {
        var result: [Maker] = []
        for maker in made.sorted(by: { Paths.comesBefore($0.source.path, $1.source.path) }) {
            let altered = altered(in: maker.source.list).subtracting(maker.names)
            if !altered.isEmpty, let at = result.firstIndex(where: { !$0.names.isDisjoint(with: altered) }) {
                result[at].catalog = read(maker.source, into: result[at].catalog, index)
            } else {
                result.append(maker)
            }
        }
        return result
    }

    /// What the strings of a program alter: `ALTER TYPE x`, `ALTER TABLE IF EXISTS only y`, in lower case.
    private static func altered(in list: TokenList) -> Set<String> {
        var names = Set<String>()
        for token in list.tokens
        where token.isString && TextSearch.contains(token.text, anyOf: ["alter type", "alter table"]) {
            let words = token.text.lowercased().split(whereSeparator: \.isWhitespace)
            for (place, word) in words.enumerated() where word == "alter" {
                let name = words[place...].dropFirst(2).first { !["if", "exists", "only"].contains($0) }
                let plain = name?.split(separator: ".").last.map { $0.filter { $0 != "\"" && $0 != ";" } }
                if let plain, !plain.isEmpty { names.insert(plain) }
            }
        }
        return names
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
