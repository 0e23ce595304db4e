import Lockstep

/// How a lifecycle is written.
enum LifecycleForm {
    private static let keys = ["lifecycle", "guards", "initial", "failure", "cancellation", "statuses"]
    private static let hints = [
        "table": "write 'guards: table.column'", "name": "write 'lifecycle: a_name'",
        "states": "write 'statuses'", "start": "write 'initial'",
    ]

    /// Reads one.
    static func read(_ value: YAMLValue) throws(FileFault) -> DefinitionFile.Found {
        let root = try value.object("a lifecycle: 'lifecycle', 'initial', 'failure' and 'statuses'")
        try root.refuse(unknownTo: keys, "in a lifecycle", hints: hints)
        let name = try root.required("lifecycle", "name it: 'lifecycle: a_name'").text()
        let list = try root.required("statuses", "list them: 'statuses: {queued: {queues_for: …}, …}'")
            .object("a mapping from each status to its rules")
        let scope = Scope(statuses: list.keys)
        let initial = try root.required("initial", "name the status in which jobs start: 'initial: queued'")
        let failure = try scope.status(
            try root.required("failure", "name the status that failed jobs go to: 'failure: failed'"))
        var guards: [GuardedName] = []
        for item in root["guards"]?.items ?? [] {
            let wanted = "the column that has these statuses, such as orders.status or sales.orders.status"
            let text = try item.text(wanted)
            guard let name = GuardedName(text) else {
                throw item.fault("'guards' must be \(wanted), not '\(text)'")
            }
            guards.append(name)
        }
        var cancellation: String?
        if let value = root["cancellation"] { cancellation = try scope.status(value) }

        var rules: [StatusRule] = []
        for (status, value) in list.members {
            var value = value
            value.owner = "status '\(status)'"
            value.key = ""
            rules.append(
                try StatusForm(scope: scope, failure: failure, cancellation: cancellation)
                    .read(value, named: status))
        }
        var starts: [String] = []
        for item in initial.items { starts.append(try scope.status(item)) }
        return DefinitionFile.Found(
            definition: Definition(name: name, statuses: rules, initial: starts), file: value.file,
            line: value.line, guards: guards,
            statusLines: Dictionary(
                list.members.compactMap { member in
                    member.value.line.map { (member.key, $0) }
                },
                uniquingKeysWith: { first, _ in first }))
    }

    /// The statuses that a file may name.
    struct Scope {
        let statuses: [String]

        /// The name of a declared status.
        func status(_ value: YAMLValue) throws(FileFault) -> String {
            let name = try value.text("the name of a status")
            guard statuses.contains(name) else {
                let help =
                    Words.nearest(to: name, among: statuses).map { "did you mean '\($0)'?" }
                    ?? "declared are \(Words.list(statuses))"
                throw value.fault("'\(value.key)' names '\(name)', which is no status here; \(help)")
            }
            return name
        }
    }
}
