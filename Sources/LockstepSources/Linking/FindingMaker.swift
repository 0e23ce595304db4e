/// Makes findings of links and uses. Several places that say the same become one finding.
struct FindingMaker {
    let linker: Linker
    let tree: SourceTree
    /// By target what somebody declared of it.
    let declared: [Int: DeclaredColumn]
    /// The schema's own columns, before declarations took the place of missing lists.
    let originals: [ColumnTarget]
    /// What files say of tables that a running database has, by table and column.
    let written: [String: [SchemaColumn]]
    private(set) var findings: [SourceFinding] = []
    /// By vocabulary its links that a model or a struct makes.
    let bound: [Int: [VocabularyLink]]
    /// By target the links of vocabularies all of whose values it accepts.
    let fitting: [Int: [VocabularyLink]]

    /// The strings of each migration in a language whose builders are not read.
    private let programs: [Set<String>]

    private struct Key: Hashable {
        let type: SourceFinding.Class
        let target: Int
        let value: String
    }

    /// A finding while places are added to it.
    struct Draft {
        var severity: SourceFinding.Severity
        var confidence: SourceFinding.Confidence
        var places: [SourcePlace]
        var message: String
        var fix: String
        /// What would let the value in, when all findings are there.
        var cure: Cure?
        /// The type and member whose mentions are call sites.
        var members: Set<String> = []
        var language: SourceLanguage?
    }

    /// How a value that a column refuses gets in, or what to do instead.
    struct Cure {
        let column: SchemaColumn
        /// A sentence on what is better than letting it in.
        var instead: String?
        /// Whether another value was probably meant.
        var isTypo = false
        /// The value that follows in the order of the code.
        var before: String?

        init(column: SchemaColumn, near: String? = nil, before: String? = nil) {
            self.column = column
            self.before = before
            instead = near.map { "Write ‘\($0)’." }
            isTypo = near != nil
        }
    }

    private var drafts: [Key: Draft] = [:]
    private var order: [Key] = []

    init(
        linker: Linker, tree: SourceTree, declared: [Int: DeclaredColumn] = [:],
        originals: [ColumnTarget]? = nil, written: [String: [SchemaColumn]] = [:]
    ) {
        self.written = written
        self.linker = linker
        bound = Dictionary(grouping: linker.links.filter(\.isBound)) { $0.vocabulary }
        fitting = Dictionary(grouping: linker.links.filter { $0.count > 1 && $0.shared == $0.count }) {
            $0.target
        }
        self.tree = tree
        programs = tree.files.filter { $0.role == .migration && [.java, .kotlin].contains($0.language) }.map {
            Set($0.tokens.tokens.compactMap(\.plainString))
        }
        self.declared = declared
        self.originals = originals ?? linker.targets
    }

    var targets: [ColumnTarget] { linker.targets }

    mutating func run() {
        addDeclared()
        addVocabularies()
        addUses()
        addUnknown()
        addColumnFacts()
        addLag()
        addCallSites()
        finish()
    }

    mutating func add(_ type: SourceFinding.Class, _ target: Int, _ value: String, _ draft: Draft) {
        let key = Key(type: type, target: target, value: value)
        var draft = draft
        if draft.confidence == .high, type == .d1 || type == .d4, isMigrated(value, targets[target]) {
            draft.confidence = .medium
        }
        if drafts[key] == nil {
            drafts[key] = draft
            order.append(key)
            return
        }
        guard var old = drafts[key] else { return }
        // The surest place leads.
        if draft.confidence > old.confidence {
            old.places = draft.places + old.places
            old.message = draft.message
            old.confidence = draft.confidence
        } else {
            old.places += draft.places
        }
        old.members.formUnion(draft.members)
        drafts[key] = old
    }

    /// Whether a migration that is a program says the value and the column's type or table, each as a string of its own:
    /// `alterType("order_status").addValue("paid")`. What it does with them is not understood.
    private func isMigrated(_ value: String, _ target: ColumnTarget) -> Bool {
        programs.contains { strings in
            strings.contains(value)
                && (strings.contains(target.table)
                    || target.variants.contains { strings.contains($0.type.lowercased()) })
        }
    }

    func has(_ type: SourceFinding.Class, _ target: Int, _ value: String) -> Bool {
        drafts[Key(type: type, target: target, value: value)] != nil
    }

    /// How sure a finding is so far.
    func confidence(_ type: SourceFinding.Class, _ target: Int, _ value: String) -> SourceFinding.Confidence?
    {
        drafts[Key(type: type, target: target, value: value)]?.confidence
    }

    mutating func addPlaces(
        _ type: SourceFinding.Class, _ target: Int, _ value: String, _ places: [SourcePlace]
    ) {
        drafts[Key(type: type, target: target, value: value)]?.places += places
    }

    /// Says what is better than the cure so far, which is still said.
    mutating func prefer(_ type: SourceFinding.Class, _ target: Int, _ value: String, _ instead: String) {
        let key = Key(type: type, target: target, value: value)
        guard var draft = drafts[key] else { return }
        if draft.cure != nil { draft.cure?.instead = instead } else { draft.fix = "\(instead) \(draft.fix)" }
        drafts[key] = draft
    }

    /// Every draft with members to look for.
    var wanted: [(type: SourceFinding.Class, target: Int, value: String, members: Set<String>)] {
        order.compactMap { key in
            guard let draft = drafts[key], !draft.members.isEmpty else { return nil }
            return (key.type, key.target, key.value, draft.members)
        }
    }

    private mutating func finish() {
        for key in order {
            guard let draft = drafts[key] else { continue }
            var seen = Set<SourcePlace>()
            let places = draft.places.filter { !isIgnored($0) && seen.insert($0).inserted }
            // Who silences the declaration of a member silences its call sites too.
            guard !places.isEmpty, draft.members.isEmpty || !draft.places.prefix(1).contains(where: isIgnored)
            else { continue }
            let target = targets[key.target]
            let live = originals[key.target].variants[0].place
            let object = places.first(where: \.isObject) ?? (live.isObject ? live : nil)
            findings.append(
                SourceFinding(
                    type: type(of: key), severity: draft.severity, confidence: draft.confidence,
                    value: key.value,
                    table: target.table, column: target.column,
                    places: Array(places.filter { !$0.isObject }.prefix(40)), object: object?.file,
                    message: draft.message, fix: fix(of: key, draft)))
        }
        findings.sort { $0.order < $1.order }
    }

    /// A statement that writes a column's list anew must not drop what another finding's has just added, so all of them
    /// have the same list.
    private func fix(of key: Key, _ draft: Draft) -> String {
        guard let cure = draft.cure else { return draft.fix }
        let all = order.filter { other in
            guard other.type == key.type, other.target == key.target, other.value != key.value else {
                return other == key
            }
            guard let theirs = drafts[other], let column = theirs.cure?.column, theirs.cure?.isTypo == false
            else { return false }
            return theirs.confidence >= draft.confidence && column.constraint == cure.column.constraint
        }
        return RefusalText(column: cure.column).fix(
            key.value, instead: cure.instead, before: cure.before, among: all.map(\.value))
    }

    /// What code writes and the column refuses is declared by the code itself, unless somebody declared the column.
    private func type(of key: Key) -> SourceFinding.Class {
        guard key.type == .d1, let declared = declared[key.target] else { return key.type }
        return declared.statuses.contains(key.value) ? .d1 : .d4
    }

    /// `lockstep:ignore` silences its own line and the one below it.
    private func isIgnored(_ place: SourcePlace) -> Bool {
        let ignored = linker.facts.ignored
        return ignored.contains(place)
            || ignored.contains(SourcePlace(file: place.file, line: place.line - 1))
    }
}
