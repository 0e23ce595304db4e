import Lockstep

/// A lifecycle as the API shows it.
struct LifecycleDocument: Encodable {
    let definition: Definition
    let fingerprint: String
    /// What goes on in it, for those who operate it.
    var standing: Standing?
    /// Whether everything is shown, or what a list of lifecycles needs.
    var isWhole = true

    /// How many live jobs there are, and what is paused.
    struct Standing {
        let counts: [StatusCount]
        let pauses: [Pause]
    }

    init(_ definition: Definition) throws {
        self.definition = definition
        fingerprint = try definition.fingerprint()
    }

    private enum Key: String, CodingKey {
        case name, fingerprint, statuses, initial, counts, pauses, edges, definition, rules
        case longestTime = "longest_time"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(definition.name, forKey: .name)
        try container.encode(fingerprint, forKey: .fingerprint)
        try container.encode(definition.names, forKey: .statuses)
        try container.encode(definition.initial, forKey: .initial)
        try container.encodeIfPresent(standing?.counts.map(Count.init), forKey: .counts)
        try container.encodeIfPresent(standing?.pauses, forKey: .pauses)
        guard isWhole else { return }
        try container.encode(definition.statuses.map(Rule.init), forKey: .rules)
        try container.encode(definition.edges.map(Arrow.init), forKey: .edges)
        try container.encode(Longest(definition.longestTime()), forKey: .longestTime)
        try container.encode(definition, forKey: .definition)
    }

    private struct Count: Encodable {
        let status: String
        let jobs: Int
        let parked: Int

        init(_ count: StatusCount) {
            status = count.status
            jobs = count.jobs
            parked = count.parked
        }
    }

    private struct Rule: Encodable {
        let status: String
        let kind: StatusRule.Kind
        let words: [String]

        init(_ rule: StatusRule) {
            status = rule.name
            kind = rule.kind
            words = rule.words
        }
    }

    private struct Arrow: Encodable {
        let from: String
        let to: String
        /// Why, and by whom for each reason.
        let causes: [String: [String]]

        init(_ edge: Edge) {
            from = edge.from
            to = edge.to
            causes = Dictionary(
                uniqueKeysWithValues: edge.causes.map { ($0.rawValue, $1.map(\.rawValue).sorted()) })
        }
    }

    private struct Longest: Encodable {
        let limit: TimeLimit
        let path: [String]
        let endless: String?
        let words: String

        init(_ longest: LongestTime) {
            limit = longest.limit
            path = longest.path
            endless = longest.endless
            words = longest.description
        }

        private enum Key: String, CodingKey { case limit, path, endless, words }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(limit, forKey: .limit)
            try container.encode(path, forKey: .path)
            try container.encode(endless, forKey: .endless)
            try container.encode(words, forKey: .words)
        }
    }
}
