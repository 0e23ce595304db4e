/// Calls that write to or read from a database, in the libraries that are common.
private let databaseCalls: Set<String> = [
    "insert", "update", "upsert", "create", "createMany", "new", "eq", "updateMany", "save", "values", "set",
    "from", "findMany",
    "findFirst", "findUnique", "findOne", "where", "filter", "filter_by", "objects", "query", "select",
    "delete",
    "update_all", "update_columns", "update_column", "insert_all", "find_by", "get_or_create",
    "update_or_create",
    "bulk_create", "exclude", "knex", "updateOne",
    "insertOne", "insertMany", "findByIdAndUpdate", "insertInto", "updateTable", "insert_one", "insert_many",
    "update_one", "update_many", "replaceOne",
    "replace_one", "findOneAndUpdate", "find_one_and_update", "create!", "update!", "into", "table",
    "Updates", "Create", "Where",
    "neq", "not",
]

/// Calls of MongoDB's drivers that only look for what they are given.
private let searches: Set<String> = [
    "find", "find_one", "deleteOne", "deleteMany", "delete_one", "delete_many", "countDocuments",
    "count_documents",
]

/// Keys under which libraries take the columns to write or to look for.
private let wrappers: Set<String> = [
    ":data", ":where", ":create", ":update", ":set", ":values", ":defaults", ":$set", ":_set", ":object",
    ":doc",
]

extension FindingMaker {
    /// Literals next to a column that refuses them.
    mutating func addUses() {
        for use in linker.facts.uses where use.role == .code {
            guard let (written, declaredAt) = resolved(use), !selectors.contains(written) else { continue }
            // A map of the columns' own names.
            if !use.isSQL, NameWords.folded(written) == NameWords.folded(use.name) { continue }
            let candidates = linker.byColumn[NameWords.folded(use.name)] ?? []
            guard !candidates.isEmpty, let (target, confidence) = meant(use, candidates, written) else {
                continue
            }
            let value = storedName(use, target) ?? written
            let column = targets[target].variant(for: use.place.file)
            // The file that makes the table also repairs its old rows.
            if use.form == .comparison, use.isSQL, column.place.file == use.place.file { continue }
            guard column.accepted != nil, column.kind != .apiSchema, column.accepts(value) == .refused else {
                continue
            }
            // Prisma's client takes the names of members, whatever the database calls them.
            if use.language.isScript, !use.isSQL, isMemberOfPrisma(value, target) { continue }
            var sure = targets[target].isAcceptedElsewhere(value) ? min(confidence, .medium) : confidence
            // A page's objects are its own as often as they are rows.
            if !use.isSQL, InterfaceWords.isInterface(use.place.file), !isDirect(use, targets[target]) {
                sure = min(sure, .medium)
            }
            addUse(use, value, declaredAt, target, column, sure)
        }
    }

    /// Whether Prisma's schema names a member so whose value in the database is another.
    func isMemberOfPrisma(_ value: String, _ target: Int) -> Bool {
        guard let link = linker.declared[target] else { return false }
        let vocabulary = linker.vocabularies[link.vocabulary]
        return vocabulary.language == .prisma && vocabulary.members.contains { $0.name == value }
    }

    private func resolved(_ use: ValueUse) -> (String, SourcePlace?)? {
        switch use.value {
        case .literal(let text): (text, nil)
        case .constant(let name):
            // `status=status` passes on what somebody else has chosen.
            name == use.name
                ? nil : linker.value(ofConstant: name, at: use.place).map { ($0.value, $0.place) }
        }
    }

    /// The name of a member, where the model of the column stores names: `Status.PAID` is ‘PAID’ then, whatever
    /// value it has in code.
    private func storedName(_ use: ValueUse, _ target: Int) -> String? {
        guard case .constant(let name) = use.value, let link = linker.declared[target], link.stored == .names
        else { return nil }
        let parts = name.split(separator: ".").map(String.init)
        let vocabulary = linker.vocabularies[link.vocabulary]
        guard parts.count >= 2, let last = parts.last, parts[parts.count - 2] == vocabulary.name else {
            return nil
        }
        return vocabulary.members.contains { $0.name == last } ? last : nil
    }

    private mutating func addUse(
        _ use: ValueUse, _ value: String, _ declaredAt: SourcePlace?, _ target: Int, _ column: SchemaColumn,
        _ confidence: SourceFinding.Confidence
    ) {
        let text = RefusalText(column: column)
        let accepted = Set(column.accepted ?? [])
        let places = [use.place] + (declaredAt.map { [$0] } ?? [])
        if let old = self.confidence(.d1, target, value), old >= confidence, use.form != .comparison {
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
                        "‘\(value)’ is written, which \(text.verdict(value)).\(meant(value, accepted))",
                    fix: "", cure: Cure(column: column, near: Spelling.nearest(to: value, among: accepted))))
        }
    }

    /// The column a use is meant for, and how sure that is.
    private func meant(_ use: ValueUse, _ candidates: [Int], _ value: String) -> (
        Int, SourceFinding.Confidence
    )? {
        if let table = use.table {
            if table.isEmpty {
                guard candidates.count == 1 else { return nil }
                return targets[candidates[0]].columnWords.words.count > 1 ? (candidates[0], .medium) : nil
            }
            let named = (linker.facts.tables[table] ?? table).lowercased()
            let known = linker.targets(ofColumn: NameWords.folded(use.name), tables: [named])
            guard let target = known.first(where: { targets[$0].lowerTable == named }) else { return nil }
            return (target, .high)
        }
        let column = NameWords.folded(use.name)
        // `Worker.status` in a query of work pools is a worker's.
        var owned: Set<Int>?
        if let receiver = use.receiver, receiver.first?.isUppercase == true {
            let table = linker.facts.tables[receiver]
            let words = NameWords(receiver).words
            owned = Set(
                linker.targets(ofColumn: column, tables: [receiver, table ?? receiver]).filter {
                    targets[$0].tableWords.words == words || table == targets[$0].table
                })
            guard owned?.isEmpty == false else { return nil }
        }
        var mentioned = Set(use.context.prefix(3).joined())
        for function in use.context.prefix(2).compactMap(\.first) {
            let name = function.hasPrefix(":") ? String(function.dropFirst()) : function
            if let subject = Self.subject(of: name) { mentioned.insert(subject.joined(separator: "_")) }
        }
        let tables = mentioned.union(mentioned.compactMap { linker.facts.tables[$0] })
        for target in linker.targets(ofColumn: column, tables: tables) where owned?.contains(target) ?? true {
            if let sure = evidence(use, targets[target]) { return (target, sure) }
        }
        // The receiver's name alone may as well be an object of another service.
        if let receiver = use.receiver {
            let plain = NameWords(receiver).words.filter { !NameMatch.noise.contains($0) }
            let known = linker.targets(ofColumn: column, tables: [plain.joined(separator: "_")])
            if let target = known.first(where: { targets[$0].tableWords.words == plain }) {
                // What is saved afterwards is a row of it.
                guard use.form == .write, linker.facts.saved.contains(use.place.file + "\n" + receiver) else {
                    return (target, .low)
                }
                return (target, targets[target].isOfDocuments ? .high : .medium)
            }
        }
        // A row that a driver writes, in the file that is called after its table.
        if use.isWrapped, linker.fitting[column, default: [:]][use.place.file] != nil,
            let target = target(byFile: use.place.file, candidates)
        {
            return (target, .high)
        }
        // A name that one table only has, made of more than one word, with values that fit and no type that says
        // which ones there are.
        guard candidates.count == 1, linker.tables[column]?.count == 1, linker.declared[candidates[0]] == nil,
            targets[candidates[0]].columnWords.words.count > 1, use.form != .comparison
        else { return nil }
        let fits = linker.fitting[column, default: [:]]
        if use.isWrapped, !fits.isEmpty { return (candidates[0], .high) }
        return (candidates[0], fits[use.place.file, default: []].count >= 2 ? .medium : .low)
    }

    /// A call of a database library that names the table: `from('orders').update({…})`, `db.insert(orders).values({…})`,
    /// `prisma.order.create({ data: {…} })`, `Order.objects.filter(…)`, `Order.where(…)`, `Order(…)`.
    private func evidence(_ use: ValueUse, _ target: ColumnTarget) -> SourceFinding.Confidence? {
        let table = target.lowerTable
        for (level, chain) in use.context.prefix(3).enumerated() {
            guard let function = chain.first else { continue }
            // `const changes: OrderUpdate = { status: 'x' }`: the type is called after the table.
            if level == 0, function.hasPrefix(":"), function.dropFirst().first?.isUppercase == true,
                Self.subject(of: String(function.dropFirst())) == target.tableWords.words
            {
                return .medium
            }
            // An object inside another one is a value of its own, unless the library wants it so.
            if function.hasPrefix(":"), chain.count == 1, !wrappers.contains(function) { break }
            let names = chain.dropFirst(["order", "group", "update", "set"].contains(function) ? 1 : 0)
            let isNamed = names.contains { (linker.facts.tables[$0] ?? $0).lowercased() == table }
            let isModel = names.contains { word in
                word.first?.isUppercase == true && NameWords(word).words == target.tableWords.words
            }
            let isClient =
                chain.contains { ["prisma", "tx", "db", "ctx"].contains($0) }
                && names.contains { NameWords($0).words == target.tableWords.words }
            let isCall = chain.contains { databaseCalls.contains($0) }
            if isNamed || isModel || isClient, searches.contains(function) { return .medium }
            if isNamed || isModel || isClient, isCall { return use.form == .comparison ? .medium : .high }
            // `Order(status="x")`, `Order{Status: "x"}`, `Order.new(…)`: the model itself.
            // So does `new Order({ status: 'x' })`, one bracket further out.
            let isInner = level == 0 || level == 1 && use.context[0].isEmpty
            if isInner, isModel, chain.count <= 2 { return target.isOfDocuments ? .high : .medium }
            // `updateOrder(id, { status: 'x' })`: the function is called after the table.
            if level <= 1, use.form == .entry, Self.subject(of: function) == target.tableWords.words {
                return .medium
            }
        }
        return nil
    }

    private static let rooms: Set<String> = [
        "service", "repository", "repo", "store", "handler", "controller", "route", "dao", "usecase",
        "manager",
    ]

    /// `order_service.rs`, `orders.repository.ts`: the only table of these words.
    private func target(byFile file: String, _ candidates: [Int]) -> Int? {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let words = NameWords(name.split(separator: ".").dropLast().joined(separator: "_")).words
            .filter { !NameMatch.noise.contains($0) && !Self.rooms.contains($0) }
        let found = candidates.filter { targets[$0].tableWords.words == words }
        return found.count == 1 ? found[0] : nil
    }

    /// `from('orders').update({ … })`: a page that writes to the table itself.
    private func isDirect(_ use: ValueUse, _ target: ColumnTarget) -> Bool {
        use.context.prefix(2).contains { chain in
            ["insert", "update", "upsert"].contains(chain.first ?? "") && chain.contains("from")
                && chain.contains { $0.lowercased() == target.lowerTable }
        }
    }

    private static let verbs: Set<String> = [
        "update", "create", "insert", "save", "patch", "upsert", "add", "set", "change",
    ]

    /// The words that a function's name has beside its verb: `order` of `updateOrder`, of `ordersInsert`.
    private static func subject(of function: String) -> [String]? {
        var words = NameWords(function).words
        if let first = words.first, verbs.contains(first) {
            words.removeFirst()
        } else if let last = words.last, verbs.contains(last) {
            words.removeLast()
        } else {
            return nil
        }
        return words.isEmpty ? nil : words
    }

    /// Where the members that are refused are mentioned, and literals of the same value beside the same column.
    mutating func addCallSites() {
        for use in linker.facts.uses where use.role == .code && use.form != .comparison && use.table == nil {
            guard case .literal(let value) = use.value else { continue }
            for target in linker.byColumn[NameWords.folded(use.name)] ?? [] {
                for type in [SourceFinding.Class.d1, .d4] where has(type, target, value) {
                    addPlaces(type, target, value, [use.place])
                }
            }
        }
        let wanted = wanted
        var byName: [String: [(type: SourceFinding.Class, target: Int, value: String, owner: String)]] = [:]
        for want in wanted {
            for member in want.members {
                let parts = member.split(separator: "\u{0}", omittingEmptySubsequences: false).map(
                    String.init)
                guard parts.count == 2 else { continue }
                byName[parts[1], default: []].append((want.type, want.target, want.value, parts[0]))
            }
        }
        guard !byName.isEmpty else { return }
        for file in tree.files
        where file.role == .code && ![.sql, .json, .changelog].contains(file.language) {
            let list = file.tokens
            for index in list.tokens.indices {
                let token = list[index]
                guard token.kind == .word, let wants = byName[token.text] else { continue }
                for want in wants {
                    let isOwned =
                        (list.isMark(".", at: index - 1) || list.isMark("::", at: index - 1))
                        && list.isWord(want.owner, at: index - 2)
                    let isConstant =
                        file.language == .go && !list.isMark("=", at: index + 1)
                        && !list.isWord(want.owner, at: index + 1) && want.value != token.text
                    if isOwned || isConstant {
                        addPlaces(
                            want.type, want.target, want.value,
                            [SourcePlace(file: file.path, line: token.line)])
                    }
                }
            }
        }
    }
}
