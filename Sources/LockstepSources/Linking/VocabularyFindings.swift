/// Words that interfaces add to a set of values: "all of them", "nothing chosen". No column holds them.
let selectors: Set<String> = [
    "all", "any", "*", "", "none", "-", "ALL", "ANY", "NONE", "All", "Any", "select", "everything", "total",
]

/// What languages write where nothing is known.
private let sentinels: Set<String> = [
    "", "unknown", "undefined", "unspecified", "unset", "invalid", "uninitialized", "unrecognized", "null",
]

extension FindingMaker {
    /// What vocabularies declare and the columns they are meant for refuse.
    mutating func addVocabularies() {
        let byVocabulary = Dictionary(grouping: linker.links) { $0.vocabulary }
        for index in byVocabulary.keys.sorted() {
            guard let links = byVocabulary[index] else { continue }
            let bound = links.filter(\.isBound)
            for link in bound { addLink(link) }
            guard bound.allSatisfy(\.isHint), let best = best(of: links) else { continue }
            addLink(best)
        }
    }

    /// The column that a vocabulary fits best, unless another fits as well and accepts all of it.
    private func best(of links: [VocabularyLink]) -> VocabularyLink? {
        let sure = links.filter { $0.confidence != nil && !$0.isBound }
        guard let best = sure.max(by: { $0.score < $1.score }) else { return nil }
        // A column named just so that takes anything is where it belongs.
        if links.contains(where: {
            $0.accepted == 0 && $0.column == 2 && $0.table >= 3 && $0.table > best.table
        }) {
            return nil
        }
        // Where nothing but common values tells one table from another, nothing does.
        if best.table < 2,
            links.contains(where: {
                $0.target != best.target && $0.column >= best.column && $0.table >= best.table
                    && $0.overlap >= best.overlap - 0.2
            }), best.distinctive < 4
        {
            return nil
        }
        let isHome = links.contains { other in
            other.target != best.target && other.count > 0 && other.shared == other.count
                && other.column >= min(best.column, 1) && other.table >= min(best.table, 2)
        }
        return isHome ? nil : best
    }

    private mutating func addLink(_ link: VocabularyLink) {
        guard let confidence = link.confidence else { return }
        let target = targets[link.target]
        let vocabulary = linker.vocabularies[link.vocabulary]
        let column = target.variant(for: vocabulary.place.file)
        guard let accepted = column.accepted.map(Set.init) else { return addUndeclared(link, confidence) }
        let values = Linker.values(of: vocabulary, link.stored)
        let missing = values.filter { !accepted.contains($0.value) && column.accepts($0.value) == .refused }
        guard !missing.isEmpty else { return }
        let text = RefusalText(column: column)
        for (value, name, line) in missing {
            var sure = min(confidence, limit(link, shared: link.shared, missing: missing.count))
            // A language's own "not set" stands in no row, unless a model stores all that the type has.
            if sentinels.contains(NameWords.folded(value)), !link.isModel { sure = .low }
            if target.isAcceptedElsewhere(value) { sure = min(sure, .medium) }
            if vocabulary.language.isScript, isMemberOfPrisma(value, link.target) { continue }
            // Half of the table's words may be another thing's name, unless the value is one of the column's in
            // another spelling.
            if !link.isBound, link.table < 3, !column.isOtherSpelling(value), !link.isCertainByValues {
                sure = min(sure, .medium)
            }
            if isElsewhere(value, link) || hasHome(link) { sure = min(sure, .medium) }
            if !link.isBound {
                if selectors.contains(value) { continue }
                if value.lowercased() == "other", vocabulary.kind != .enumeration { continue }
                if [.keys, .list, .values, .choices].contains(vocabulary.kind), missing.count > link.shared {
                    continue
                }
                if vocabulary.kind == .keys { sure = .low }
                // What a map leads to is stored if its name says so.
                let isStored = NameWords(vocabulary.name).words.contains {
                    ["db", "database", "column", "sql"].contains($0)
                }
                if vocabulary.kind == .values || vocabulary.kind == .list, !isStored,
                    !linker.isType(vocabulary)
                {
                    sure = min(sure, .medium)
                }
                if column.kind == .apiSchema, link.table < 3 { sure = .low }
                if value.lowercased() == "other" { sure = min(sure, .medium) }
            }
            let place = SourcePlace(file: vocabulary.place.file, line: line)
            var cure = Cure(
                column: column, near: Spelling.nearest(to: value, among: accepted),
                before: Self.next(value, values.map(\.value), accepted))
            var why = "\(vocabulary.title) holds ‘\(value)’, which \(text.verdict(value))"
            if link.stored == .names, let member = vocabulary.members.first(where: { $0.name == name }),
                let written = member.value, written != value
            {
                why =
                    "\(vocabulary.title).\(value) is stored by its name ‘\(value)’, not by its value ‘\(written)’, which \(text.verdict(value))"
                cure.instead =
                    "Have the values stored, by values_callable=lambda type: [member.value for member in type]\(accepted.contains(written) ? "" : ", and let ‘\(written)’ in")."
            }
            add(
                .d1, link.target, value,
                Draft(
                    severity: .error, confidence: sure, places: [place],
                    message: "\(why).\(meant(value, accepted))",
                    fix: "", cure: cure,
                    members: name.map { ["\(vocabulary.name)\u{0}\($0)"] } ?? [],
                    language: vocabulary.language))
        }
    }

    /// Whether a struct of one table borrows a type whose value another table takes: a type that several tables share
    /// need not be meant as a whole for each of them.
    private func isElsewhere(_ value: String, _ link: VocabularyLink) -> Bool {
        link.isBound && !link.isModel
            && (bound[link.vocabulary] ?? []).contains { other in
                other.target != link.target
                    && targets[other.target].variants.contains { $0.accepts(value) == .accepted }
            }
    }

    /// Whether another type of the same language fits the column without a remainder: then this one is about
    /// something else, or about more.
    private func hasHome(_ link: VocabularyLink) -> Bool {
        guard !link.isBound else { return false }
        let vocabulary = linker.vocabularies[link.vocabulary]
        return (fitting[link.target] ?? []).contains { other in
            other.vocabulary != link.vocabulary && other.shared >= link.shared
                && (other.isBound || (other.column >= link.column && other.table >= link.table))
                && linker.vocabularies[other.vocabulary].language == vocabulary.language
                && linker.vocabularies[other.vocabulary].kind == vocabulary.kind
        }
    }

    /// A column without a list of its own: what the model declares for it is the list, and other copies of the
    /// same vocabulary are held against it.
    private mutating func addUndeclared(_ link: VocabularyLink, _ confidence: SourceFinding.Confidence) {
        guard !link.isBound || link.isHint, let declared = linker.declared[link.target] else { return }
        let vocabulary = linker.vocabularies[link.vocabulary]
        let known = Set(
            Linker.values(of: linker.vocabularies[declared.vocabulary], declared.stored).map(\.value))
        let values = Linker.values(of: vocabulary, link.stored)
        let shared = values.filter { known.contains($0.value) }.count
        guard link.table >= 3, link.column == 2, ![.keys, .values, .list].contains(vocabulary.kind) else {
            return
        }
        let other = linker.vocabularies[declared.vocabulary]
        // Nothing in common: a validator of that very name is a copy that went another way; any other type may be of
        // another thing.
        let likely: SourceFinding.Confidence =
            shared >= 2 && Double(shared) >= 0.5 * Double(values.count)
            ? (vocabulary.isOpen ? .medium : .high)
            : shared > 0 || vocabulary.kind == .validator ? .medium : .low
        // A page in another language may know what is only under way there.
        let isFar = vocabulary.language.isScript && other.language != vocabulary.language
        let sure = min(
            likely, limit(link, shared: shared, missing: values.count - shared), isFar ? .medium : .high)
        let target = targets[link.target]
        for (value, name, line) in values where !known.contains(value) && !selectors.contains(value) {
            add(
                .d4, link.target, value,
                Draft(
                    severity: .error, confidence: sure,
                    places: [SourcePlace(file: vocabulary.place.file, line: line)],
                    message:
                        "\(vocabulary.title) holds ‘\(value)’, which \(other.title) (\(other.place)), the type of \(target.table).\(target.column), does not know.\(meant(value, known))",
                    fix: "Use one declaration for both, or add ‘\(value)’ to \(other.title).",
                    members: name.map { ["\(vocabulary.name)\u{0}\($0)"] } ?? [],
                    language: vocabulary.language))
        }
    }

    /// How sure a vocabulary can make a finding, however well its names and values fit.
    private func limit(_ link: VocabularyLink, shared: Int, missing: Int) -> SourceFinding.Confidence {
        let vocabulary = linker.vocabularies[link.vocabulary]
        let column = targets[link.target].variant(for: vocabulary.place.file)
        // What an API refuses, no database need refuse.
        if column.kind == .apiSchema { return .medium }
        if link.isBound, !link.isHint { return .high }
        // The keys of a map of labels or colours: what is shown, not what is stored.
        if link.stored == .names, vocabulary.kind == .values { return .low }
        let isShown = InterfaceWords.areIn(vocabulary)
        let isInterface = InterfaceWords.isInterface(vocabulary.place.file)
        if isShown, isInterface { return .low }
        let isGeneric =
            !link.isHint && link.table < 2
            && NameWords(vocabulary.name).words == targets[link.target].columnWords.words
        if isInterface, isGeneric { return .low }
        // Another kind of thing than the column's may share half of its words.
        if isShown || isInterface || link.isNarrower || missing > shared { return .medium }
        return .high
    }

    /// The first value behind another one, in the order of the code, that the column knows.
    static func next(_ value: String, _ values: [String], _ accepted: Set<String>) -> String? {
        values.drop { $0 != value }.dropFirst().first(where: accepted.contains)
    }

    /// ` Did you mean ‘paid’?`
    func meant(_ value: String, _ accepted: Set<String>) -> String {
        let near =
            Spelling.nearest(to: value, among: accepted).map { [$0] } ?? Spelling.longer(value, accepted)
        return near.isEmpty ? "" : " Did you mean \(near.map { "‘\($0)’" }.joined(separator: " or "))?"
    }

    /// Whether a use names the table: in SQL, as its receiver, or in a call around it.
    private func isMeant(_ use: ValueUse, _ target: ColumnTarget) -> Bool {
        if let table = use.table { return table.isEmpty || table.lowercased() == target.table.lowercased() }
        let words = Set(target.tableWords.words)
        if let receiver = use.receiver, !words.isDisjoint(with: NameWords(receiver).words) { return true }
        return use.context.joined().contains { !words.isDisjoint(with: NameWords($0).words) }
    }

    /// What a column accepts and none of the vocabularies meant for it knows.
    mutating func addUnknown() {
        let sure = linker.links.filter {
            ($0.confidence ?? .low) == .high && linker.vocabularies[$0.vocabulary].kind != .keys
        }
        let byTarget = Dictionary(grouping: sure) { $0.target }
        let likely = Dictionary(grouping: linker.links.filter { $0.confidence != nil }) { $0.target }
        let uses = Dictionary(grouping: linker.facts.uses) { NameWords.folded($0.name) }
        for (index, links) in byTarget.sorted(by: { $0.key < $1.key }) {
            let target = targets[index]
            guard let first = links.first else { continue }
            let column = target.variant(for: linker.vocabularies[first.vocabulary].place.file)
            guard let accepted = column.accepted else { continue }
            var known = Set<String>()
            for link in likely[index] ?? [] {
                known.formUnion(
                    Linker.values(of: linker.vocabularies[link.vocabulary], link.stored).map(\.value))
            }
            let folded = NameWords.folded(target.column)
            let isAlone = linker.tables[folded]?.count == 1
            // What is known of more than so many need not be looked for in every use.
            guard accepted.contains(where: { !known.contains($0) }) else { continue }
            for use in uses[folded] ?? [] where isAlone || isMeant(use, target) {
                if case .literal(let value) = use.value { known.insert(value) }
                if case .constant(let name) = use.value,
                    let value = linker.value(ofConstant: name, at: use.place)
                {
                    known.insert(value.value)
                }
            }
            if let declared = declared[index] { known.formUnion(declared.statuses) }
            let unknown = accepted.filter { !known.contains($0) }
            // A vocabulary that knows little of the column is not its declaration.
            guard unknown.count <= accepted.count / 2 || links.contains(where: { $0.isBound && !$0.isHint })
            else { continue }
            let vocabulary = linker.vocabularies[first.vocabulary]
            let file = vocabulary.place.file
            for value in unknown {
                // Where the value is written but its name is stored, the member is where to look.
                let member = vocabulary.members.first { $0.value == value }
                let at = member.map { SourcePlace(file: file, line: $0.line) } ?? vocabulary.place
                add(
                    .d2, index, value,
                    Draft(
                        severity: .warning, confidence: .medium, places: [column.place, at],
                        message:
                            "\(RefusalText(column: column).title) accepts ‘\(value)’, which \(vocabulary.title) does not hold: a row with it is unknown to the code.",
                        fix:
                            "Add ‘\(value)’ to \(vocabulary.title), or take it out of the column once no row holds it."
                    ))
            }
        }
    }
}
