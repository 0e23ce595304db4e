/// Alembic's revisions: `op.create_table(…)`, `op.execute(…)`, in the order of their `down_revision`.
enum Alembic {
    /// What the revisions make, and the files they are in.
    static func read(_ index: SourceIndex) -> (readings: [OriginReading], files: Set<String>) {
        var folders: [String: [Revision]] = [:]
        var files: Set<String> = []
        for file in index.files where file.path.hasSuffix(".py") {
            guard TextSearch.contains(file.text, anyOf: ["down_revision"]),
                TextSearch.contains(file.text, anyOf: ["op.", "alembic"]),
                let list = index.tokens(of: file.path),
                let revision = Revision(list, file.path)
            else { continue }
            files.insert(file.path)
            folders[Paths.folder(of: file.path), default: []].append(revision)
        }
        let readings = folders.map { folder, revisions in
            var catalog = Catalog()
            for revision in order(revisions) {
                var reader = AlembicRevision(index, revision.path, revision.list, catalog)
                reader.read()
                catalog = reader.catalog
            }
            let origin = SchemaOrigin(
                kind: .alembic, path: folder, isAside: Paths.isAside(revisions[0].path))
            return OriginReading(origin: origin, catalog: catalog, dialect: .postgres)
        }
        return (readings, files)
    }

    /// A file with `revision` and `down_revision`.
    struct Revision {
        let path: String
        let list: TokenList
        let name: String
        let before: [String]

        init?(_ list: TokenList, _ path: String) {
            var name: String?
            var before: [String]?
            for index in list.tokens.indices where list[index].isFirst && list[index].column == 0 {
                guard list[index].kind == .word else { continue }
                var equals = index + 1
                // `down_revision: Union[str, None] = "…"`
                while let token = list.at(equals), !token.isMark("="), !token.isFirst { equals += 1 }
                guard list.isMark("=", at: equals) else { continue }
                if list[index].text == "revision" { name = list.at(equals + 1)?.plainString }
                guard list[index].text == "down_revision" else { continue }
                var at = equals + 1
                before = []
                while let token = list.at(at), !token.isFirst || at == equals + 1 || !token.isString == false
                {
                    if let text = token.plainString { before?.append(text) }
                    at += 1
                }
            }
            guard let name, let before else { return nil }
            self.path = path
            self.list = list
            self.name = name
            self.before = before
        }
    }

    /// Every revision after those it builds on; those side by side by the names of their files.
    static func order(_ revisions: [Revision]) -> [Revision] {
        let sorted = revisions.sorted { Paths.comesBefore($0.path, $1.path) }
        let known = Set(sorted.map(\.name))
        var after: [String: [Int]] = [:]
        var waiting: [Int] = []
        for (index, revision) in sorted.enumerated() {
            let before = revision.before.filter(known.contains)
            waiting.append(before.count)
            for name in before { after[name, default: []].append(index) }
        }
        var ready = sorted.indices.filter { waiting[$0] == 0 }
        var ordered: [Int] = []
        var at = 0
        while at < ready.count {
            let index = ready[at]
            at += 1
            ordered.append(index)
            for next in after[sorted[index].name] ?? [] {
                waiting[next] -= 1
                if waiting[next] == 0 { ready.append(next) }
            }
        }
        // What goes round in a circle is read all the same.
        let missing = sorted.indices.filter { !ordered.contains($0) }
        return (ordered + missing).map { sorted[$0] }
    }
}
