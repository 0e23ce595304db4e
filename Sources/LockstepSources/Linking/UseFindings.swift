/// Calls that write to or read from a database, in the libraries that are common.
private let databaseCalls: Set<String> = [
    "insert", "update", "upsert", "create", "createMany", "updateMany", "save", "values", "set", "from", "findMany",
    "findFirst", "findUnique", "findOne", "where", "filter", "filter_by", "objects", "query", "select", "delete",
    "update_all", "update_columns", "update_column", "insert_all", "find_by", "get_or_create", "update_or_create",
    "bulk_create", "exclude", "knex", "db", "prisma", "tx", "trx", "supabase", "session", "repository", "updateOne",
    "insertOne", "create!", "update!", "into", "table", "new", "Updates", "Create", "Where", "Model",
]

extension FindingMaker {
    /// Literals next to a column that refuses them.
    mutating func addUses() {
        for use in linker.facts.uses where use.role == .code {
            guard let (value, declaredAt) = resolved(use), !value.isEmpty else { continue }
            let candidates = linker.byColumn[NameWords.folded(use.name)] ?? []
            guard !candidates.isEmpty, let (target, confidence) = meant(use, candidates, value) else { continue }
            let column = targets[target].variant(for: use.place.file)
            guard column.accepted != nil, column.accepts(value) == .refused else { continue }
            addUse(use, value, declaredAt, target, column, confidence)
        }
    }

    private func resolved(_ use: ValueUse) -> (String, SourcePlace?)? {
        switch use.value {
        case .literal(let text): (text, nil)
        case .constant(let name):
            linker.value(ofConstant: name, at: use.place.file).map { ($0.value, $0.place) }
        }
    }

    private mutating func addUse(
        _ use: ValueUse, _ value: String, _ declaredAt: SourcePlace?, _ target: Int, _ column: SchemaColumn,
        _ confidence: SourceFinding.Confidence
    ) {
        let text = RefusalText(column: column)
        let accepted = Set(column.accepted ?? [])
        let places = [use.place] + (declaredAt.map { [$0] } ?? [])
        if has(.d1, target, value), use.form != .comparison {
            addPlaces(.d1, target, value, places)
            return
        }
        if use.form == .comparison {
            add(
                .d4, target, value,
                Draft(
                    severity: .error, confidence: confidence, places: places,
                    message:
                        "‘\(value)’ is compared with \(text.title), which never holds it.\(meant(value, accepted))",
                    fix: "Take the comparison out, or use a value that the column accepts."))
        } else {
            add(
                .d1, target, value,
                Draft(
                    severity: .error, confidence: confidence, places: places,
                    message:
                        "‘\(value)’ is written to \(text.title), which refuses it: the first write gets ‘\(text.error(value))’.\(meant(value, accepted))",
                    fix: text.fix(value)))
        }
    }

    /// The column a use is meant for, and how sure that is.
    private func meant(_ use: ValueUse, _ candidates: [Int], _ value: String) -> (Int, SourceFinding.Confidence)? {
        if let table = use.table {
            if table.isEmpty {
                guard candidates.count == 1 else { return nil }
                return targets[candidates[0]].columnWords.words.count > 1 ? (candidates[0], .medium) : nil
            }
            let named = linker.facts.tables[table] ?? table
            guard let target = candidates.first(where: { targets[$0].table.lowercased() == named.lowercased() })
            else { return nil }
            return (target, .high)
        }
        var isDatabase = false
        for word in use.context.prefix(12) where databaseCalls.contains(word) { isDatabase = true }
        for target in candidates {
            let table = targets[target].table.lowercased()
            let isNamed = use.context.contains { word in
                (linker.facts.tables[word] ?? word).lowercased() == table
            }
            // `from('orders')`, `insert(orders)`: the table itself.
            if isNamed, isDatabase { return (target, use.form == .comparison ? .medium : .high) }
        }
        for target in candidates {
            let words = targets[target].tableWords.words
            let plain = { (name: String) in NameWords(name).words.filter { !NameMatch.noise.contains($0) } }
            if let receiver = use.receiver, plain(receiver) == words {
                return (target, use.form == .write && isUnique(candidates, words) ? .medium : .low)
            }
            if isDatabase, use.context.prefix(4).contains(where: { plain($0) == words }) { return (target, .medium) }
        }
        // A name that one table only has, made of more than one word, with values that fit.
        if candidates.count == 1, targets[candidates[0]].columnWords.words.count > 1,
            linker.fitting[NameWords.folded(use.name), default: 0] > 0
        {
            return (candidates[0], .medium)
        }
        return nil
    }

    private func isUnique(_ candidates: [Int], _ words: [String]) -> Bool {
        candidates.filter { targets[$0].tableWords.words == words }.count == 1
    }

    /// Where the members that are refused are mentioned, and literals of the same value beside the same column.
    mutating func addCallSites() {
        let wanted = wanted
        var byName: [String: [(type: SourceFinding.Class, target: Int, value: String, owner: String)]] = [:]
        for want in wanted {
            for member in want.members {
                let parts = member.split(separator: "\u{0}", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2 else { continue }
                byName[parts[1], default: []].append((want.type, want.target, want.value, parts[0]))
            }
        }
        guard !byName.isEmpty else { return }
        for file in tree.files where file.role == .code && file.language != .sql && file.language != .json {
            let list = file.tokens
            for index in list.tokens.indices {
                let token = list[index]
                guard token.kind == .word, let wants = byName[token.text] else { continue }
                for want in wants {
                    let isOwned = (list.isMark(".", at: index - 1) || list.isMark("::", at: index - 1))
                        && list.isWord(want.owner, at: index - 2)
                    let isConstant = file.language == .go && !list.isMark("=", at: index + 1)
                        && !list.isWord(want.owner, at: index + 1) && want.value != token.text
                    if isOwned || isConstant {
                        addPlaces(want.type, want.target, want.value, [SourcePlace(file: file.path, line: token.line)])
                    }
                }
            }
        }
    }
}
