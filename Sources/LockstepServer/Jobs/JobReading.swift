import Hummingbird
import Lockstep

/// Reads jobs and their histories.
struct JobReading: Sendable {
    let core: APICore

    @Sendable func read(_ call: APICall) async throws -> Response {
        let identity = try call.identity
        let (record, definition) = try await core.finder.find(call.part("id"), owner: identity.seesOnly)
        let allowed = AllowedActions(on: record, definition, for: identity, now: core.store.time.now())
        return JobDocument(record).response(allowed: allowed)
    }

    @Sendable func history(_ call: APICall) async throws -> Response {
        let identity = try call.identity
        let after = try call.query.integer("after", in: 0...Int64.max) ?? 0
        let limit =
            try call.query.integer("limit", in: 1...APILimits.longestHistory) ?? APILimits.longestHistory
        let (record, _) = try await core.finder.find(call.part("id"), owner: identity.seesOnly)
        let entries = try await core.store.history(
            of: record.id, in: record.lifecycle, after: after, limit: limit + 1)
        let page = entries.prefix(limit)
        let document = HistoryDocument(
            of: record, Array(page), nextAfter: page.count < entries.count ? page.last?.number : nil)
        return Response.json(try JSONText.encode(document))
    }

    // MARK: Lists

    @Sendable func list(_ call: APICall) async throws -> Response {
        let identity = try call.identity
        let limit = try call.query.integer("limit", in: 1...APILimits.longestList) ?? APILimits.list
        let found = try await find(call, limit: limit + 1, for: identity)
        var json = JSONWriter(capacity: 1024 * min(limit, found.count))
        json.raw(#"{"jobs":["#)
        for (index, record) in found.prefix(limit).enumerated() {
            if index > 0 { json.raw(",") }
            JobDocument(record).write(to: &json)
        }
        json.raw("]")
        json.name("next_cursor")
        json.string(found.count > limit ? ListCursor(found[limit - 1].id).text : nil)
        json.raw("}")
        return .json(json)
    }

    private func find(_ call: APICall, limit: Int, for identity: Identity) async throws -> [JobRecord] {
        let definitions = try await lifecycles(call)
        let statuses = try Self.statuses(call, of: definitions)
        var wish = JobQuery("")
        try Self.read(call, for: identity, into: &wish)
        wish.limit = limit
        let queries = definitions.compactMap { definition -> JobQuery? in
            var query = wish
            query.lifecycle = definition.name
            query.statuses = statuses.map { $0.filter(definition.declares) }
            return query.statuses == [] ? nil : query
        }
        if queries.count == 1 { return try await core.store.find(queries[0]) }
        let store = core.store
        let pages = try await withThrowingTaskGroup(of: [JobRecord].self) { group in
            for query in queries { group.addTask { try await store.find(query) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Array(pages.sorted { $0.id > $1.id }.prefix(limit))
    }

    private func lifecycles(_ call: APICall) async throws -> [Definition] {
        guard let name = try call.query.text("lifecycle") else { return try await core.catalog.all() }
        return [try await core.catalog.definition(name)]
    }

    private static func statuses(_ call: APICall, of definitions: [Definition]) throws -> [String]? {
        guard let statuses = try call.query.all("status") else { return nil }
        for status in statuses where !definitions.contains(where: { $0.declares(status) }) {
            if let only = definitions.first, definitions.count == 1 {
                throw Refusal.undeclared(Problem.shortened(status), in: only)
            }
            throw Problem.unprocessable(
                "'\(Problem.shortened(status))' is no status of any lifecycle",
                code: Refusal.Code.undeclaredStatus.rawValue,
                accepted: Set(definitions.flatMap(\.names)).sorted())
        }
        return statuses
    }

    private static func read(_ call: APICall, for identity: Identity, into query: inout JobQuery) throws {
        query.owner = try call.query.text("owner")
        if let own = identity.seesOnly {
            guard query.owner == nil || Owner.isSame(query.owner, own) else {
                throw Problem.forbidden("'\(own)' sees jobs of its own only; leave 'owner' out")
            }
            query.owner = own
        }
        query.key = try call.query.text("key")
        query.isLive = try call.query.flag("live")
        query.isStuck = try call.query.flag("stuck") ?? false
        query.audience = try call.query.choice("audience", Failure.Audience.self)
        query.createdAfter = try call.query.time("created_after")
        query.createdBefore = try call.query.time("created_before")
        query.before = try call.query.text("cursor").map { try ListCursor($0).job }
    }
}
