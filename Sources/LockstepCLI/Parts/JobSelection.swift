import ArgumentParser
import Lockstep

/// Which jobs a command is about. All conditions must hold.
struct JobSelection: ParsableArguments {
    @Option(help: "Of this lifecycle; otherwise of all.", completion: Completion.lifecycles)
    var lifecycle: String?

    @Option(
        name: .customLong("status"), help: "In this status; may be given several times.",
        completion: Completion.statuses)
    var statuses: [String] = []

    @Option(help: "Of this owner.")
    var owner: String?

    @Option(help: "With this key.")
    var key: String?

    @Flag(help: "Parked, or longer in a status than its 'stuckAfter'.")
    var stuck = false

    @Flag(help: "Not ended.")
    var live = false

    @Flag(help: "Ended.")
    var ended = false

    func validate() throws {
        if live && ended {
            throw ValidationError("a job is either live or ended; say --live or --ended, not both")
        }
    }

    /// Whether anything is said at all.
    var isNarrow: Bool {
        lifecycle != nil || !statuses.isEmpty || owner != nil || key != nil || stuck || live || ended
    }

    /// The jobs, newest first.
    func jobs(in store: any Store, limit: Int = .max) async throws -> [JobRecord] {
        var found: [JobRecord] = []
        for definition in try await definitions(in: store) {
            var query = JobQuery(definition.name)
            let declared = statuses.filter(definition.declares)
            if !statuses.isEmpty, declared.isEmpty { continue }
            query.statuses = statuses.isEmpty ? nil : declared
            query.owner = owner
            query.key = key
            query.isStuck = stuck
            query.isLive = live ? true : (ended ? false : nil)
            found += try await store.everyJob(query, limit: limit)
        }
        return Array(found.sorted { $0.id > $1.id }.prefix(limit))
    }

    /// The lifecycles that are meant. A status that none of them declares is a mistake.
    private func definitions(in store: any Store) async throws -> [Definition] {
        let definitions = try await store.lifecycles(lifecycle)
        for status in statuses where !definitions.contains(where: { $0.declares(status) }) {
            if definitions.count == 1 { throw Refusal.undeclared(status, in: definitions[0]) }
            throw CommandError(
                "no lifecycle declares the status '\(status)'; 'lockstep count' shows those that are declared"
            )
        }
        return definitions
    }
}

extension Store {
    /// The installed lifecycles, or the one of this name.
    /// - Throws: ``Lockstep/Refusal`` when there is none of this name.
    func lifecycles(_ name: String? = nil) async throws -> [Definition] {
        let all = try await definitions()
        guard let name else { return all }
        guard let definition = all.first(where: { $0.name == name }) else {
            throw Refusal.unknownLifecycle(name, known: all.map(\.name))
        }
        return [definition]
    }

    /// All jobs of a query, page by page, newest first.
    func everyJob(_ query: JobQuery, limit: Int = .max) async throws -> [JobRecord] {
        var query = query
        var found: [JobRecord] = []
        while found.count < limit {
            query.limit = min(500, limit - found.count)
            let page = try await find(query)
            found += page
            guard page.count == query.limit else { break }
            query.before = page.last?.id
        }
        return found
    }
}

extension Database {
    /// The job with this id, whatever its lifecycle.
    func job(_ text: String) async throws -> (record: JobRecord, definition: Definition) {
        guard let id = JobID(text) else {
            throw CommandError("'\(text)' is no job id; it must be a UUID as 'lockstep jobs list' shows it")
        }
        let definitions = try await definitions()
        for definition in definitions {
            var query = JobQuery(definition.name)
            query.ids = [id]
            if let record = try await find(query).first { return (record, definition) }
        }
        throw CommandError(
            "there is no job \(id) in '\(place)'; its lifecycles are \(Sentence.list(definitions.map(\.name)))"
        )
    }
}
