import HTTPTypes
import Hummingbird
import Lockstep
import LockstepSQL
import Logging

/// The pages on which people see what goes on, and act.
///
/// | route | shows or does |
/// |---|---|
/// | `GET /dashboard` | all lifecycles with live counts, the last hour, what is stuck, the workers |
/// | `GET /dashboard/jobs` | jobs, by lifecycle, status, state, audience, owner, key; `before` turns the page |
/// | `GET /dashboard/jobs/{id}` | a job with its history and what may be done with it now |
/// | `POST /dashboard/jobs/{id}/actions` | does it, and leads back (303) |
/// | `GET /dashboard/lifecycles/{name}` | a lifecycle: picture, rules in words, moves, longest time |
/// | `POST /dashboard/lifecycles/{name}/pause`, `/resume` | pauses or resumes it, or one of its statuses |
/// | `GET /dashboard/workers` | the workers |
/// | `GET /dashboard/tables`, `/dashboard/tables/{name}` | tables of others that are watched |
/// | `GET /dashboard/search?q=` | leads to the job of that id, or to those with that key or owner |
/// | `GET /dashboard/assets/…` | style sheet and script, kept by browsers for ever |
///
/// Admins and operators see everything; a client sees its own jobs, and others' answer 404; workers' tokens are
/// answered 403. Put ``BearerAuth`` in front: it lets forms through that come from these pages. Whatever changes a
/// job is a ``Lockstep/Command`` that the store applies.
///
/// The pages need no script, no other server, and nothing from outside this program.
public struct Dashboard: Sendable {
    let store: any Store
    let ended: EndedCounts
    let guarded: GuardedTables?

    /// Makes the dashboard of a store.
    /// - Parameter guarded: tables of others that it shows too.
    public init(store: any Store, guarded: GuardedTables? = nil) {
        self.store = store
        self.guarded = guarded
        ended = EndedCounts(store: store)
    }

    /// Adds the routes.
    public func add(to router: some RouterMethods<AppContext>) {
        let group = router.group("/dashboard")
        group.get { request, context in try await overview(request, context) }
        group.get("/jobs") { request, context in try await jobs(request, context) }
        group.get("/jobs/:id") { request, context in try await job(request, context) }
        group.post("/jobs/:id/actions") { request, context in try await act(request, context) }
        group.get("/lifecycles/:name") { request, context in try await lifecycle(request, context) }
        group.post("/lifecycles/:name/pause") { request, context in
            try await pause(request, context, isPause: true)
        }
        group.post("/lifecycles/:name/resume") { request, context in
            try await pause(request, context, isPause: false)
        }
        group.get("/workers") { _, context in
            let frame = try frame(context, operatorsOnly: true)
            return WorkersPage(frame: frame, workers: try await store.workers()).response()
        }
        group.get("/tables") { _, context in try await tables(context) }
        group.get("/tables/:name") { _, context in try await table(context) }
        group.get("/search") { request, context in try await search(request, context) }
        group.get("/assets/:file") { _, context in
            try DashboardAssets.response(to: context.parameters.get("file") ?? "")
        }
    }

    // MARK: Reading

    private func overview(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        guard frame.identity.operates else { return Self.redirect(to: "/dashboard/jobs") }
        let definitions = try await store.definitions()
        let standings = guarded?.standings ?? []
        try await SceneCache.shared.prepare(definitions + standings.map { $0.guarded.table.definition })
        let ended = await ended.counts(definitions, context.logger)
        let now = frame.now
        var parts: [OverviewPage.Part] = []
        for definition in definitions {
            parts.append(
                OverviewPage.Part(
                    definition: definition, live: try await store.liveCount(definition.name),
                    ended: ended[definition.name],
                    activity: try await store.activity(
                        definition.name, since: ActivityChart.start(now), every: .seconds(60))))
        }
        return OverviewPage(
            frame: frame, parts: parts, stuck: try await StuckJob.find(definitions, in: store),
            pauses: try await store.pauses(), workers: try await store.workers(), tables: standings
        ).response()
    }

    private func jobs(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        let filter = try JobFilter(try QueryParameters(of: request, known: nil))
        let definitions = try await store.definitions()
        var found: [JobRecord] = []
        for definition in definitions {
            guard let query = filter.query(definition, ownedBy: frame.onlyOwner) else { continue }
            found += try await store.find(query)
        }
        found.sort { $0.id > $1.id }
        return JobListPage(
            frame: frame, filter: filter, definitions: definitions,
            found: Array(found.prefix(JobFilter.pageSize + 1))
        ).response()
    }

    private func job(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        let (record, definition) = try await find(context, frame)
        var page = try await page(of: record, definition, frame, request)
        if let done = request.uri.queryParameters["done"], let words = Self.done[String(done)] {
            page.message = (words, true)
        }
        return page.response()
    }

    private func page(
        of record: JobRecord, _ definition: Definition, _ frame: DashboardFrame, _ request: Request
    ) async throws -> JobPage {
        try await SceneCache.shared.prepare([definition])
        let from = request.uri.queryParameters["after"].flatMap { Int64($0) }
        let after = max(0, from ?? record.version - Int64(JobTimeline.shown))
        let history = try await store.history(
            of: record.id, in: record.lifecycle, after: after, limit: 5 * JobTimeline.shown)
        return JobPage(frame: frame, job: record, definition: definition, history: history)
    }

    private func lifecycle(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        let definition = try await definition(context)
        var page = try await page(of: definition, frame, context)
        if let done = request.uri.queryParameters["done"], let words = Self.done[String(done)] {
            page.message = (words, true)
        }
        return page.response()
    }

    private func page(
        of definition: Definition, _ frame: DashboardFrame, _ context: AppContext
    ) async throws -> LifecyclePage {
        try await SceneCache.shared.prepare([definition])
        guard frame.identity.operates else {
            return LifecyclePage(frame: frame, definition: definition, live: [], ended: nil, pauses: .none)
        }
        let ended = await ended.counts(try await store.definitions(), context.logger)
        return LifecyclePage(
            frame: frame, definition: definition, live: try await store.liveCount(definition.name),
            ended: ended[definition.name], pauses: try await store.pauses())
    }

    /// A job by its id, jobs by their key, or those of an owner, in this order.
    private func search(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        let asked = try QueryParameters(of: request, known: nil).field("q") ?? ""
        let text = asked.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !text.isEmpty, text.utf8.count <= NewJob.longestName else {
            return Self.redirect(to: "/dashboard/jobs")
        }
        if let id = JobID(text) { return Self.redirect(to: DashboardParts.path(to: id)) }
        var filter = JobFilter()
        filter.key = text
        for definition in try await store.definitions() {
            guard var query = filter.query(definition, ownedBy: frame.onlyOwner) else { continue }
            query.limit = 1
            if try await !store.find(query).isEmpty { return Self.redirect(to: filter.path) }
        }
        if frame.identity.operates {
            filter.key = nil
            filter.owner = text
        }
        return Self.redirect(to: filter.path)
    }

    // MARK: Acting

    private func act(_ request: Request, _ context: AppContext) async throws -> Response {
        let frame = try frame(context)
        let (record, definition) = try await find(context, frame)
        let form = try await FormFields(reading: request)
        let action = try JobAction(form)
        if action == .erase, frame.identity.role != .admin {
            throw Problem.forbidden("only an admin erases jobs")
        }
        var command = JobActions.command(action, on: record, by: frame.identity)
        command.reason = try Self.reason(form)
        command.expecting = form["expecting"].flatMap { $0.isEmpty ? nil : $0 }
        guard let outcome = try await store.apply([command]).first else {
            throw Failure.adminRequired("the store gave no outcome", code: "no_outcome")
        }
        switch outcome {
        case .done: return Self.redirect(to: "\(DashboardParts.path(to: record.id))?done=\(action.word)")
        case .deleted: return Self.redirect(to: "/dashboard/jobs")
        case .refused(let refusal):
            let problem = Problem(refusal)
            guard problem.status.code < 500, let now = try await found(record.id, definition, frame) else {
                throw problem
            }
            var page = try await page(of: now, definition, frame, request)
            page.message = ("Nothing was changed: \(refusal.message).", false)
            return page.response(status: problem.status)
        }
    }

    private func pause(_ request: Request, _ context: AppContext, isPause: Bool) async throws -> Response {
        let frame = try frame(context, operatorsOnly: true)
        let definition = try await definition(context)
        let form = try await FormFields(reading: request)
        let status = form["status"].flatMap { $0.isEmpty ? nil : $0 }
        if isPause {
            try await store.pause(
                definition.name, status: status, by: frame.identity.actor, reason: try Self.reason(form))
        } else {
            try await store.resume(definition.name, status: status)
        }
        let path = DashboardParts.path(toLifecycle: definition.name)
        return Self.redirect(to: "\(path)?done=\(isPause ? "pause" : "resume")")
    }

    private static func reason(_ form: FormFields) throws -> String? {
        guard let reason = form["reason"], !reason.isEmpty else { return nil }
        guard reason.utf8.count <= APILimits.longestReason else {
            throw Problem.unprocessable("the reason has more than \(APILimits.longestReason) bytes")
        }
        return reason
    }

    /// What was done, in the words of the page that comes after it. The address names it by a word of this list,
    /// so that nobody can make a page say something else.
    private static let done = [
        "move": "The job was moved.", "cancel": "The job was cancelled.", "retry": "The job is tried again.",
        "hold": "The job is held.", "release": "The job was released.", "reopen": "The job was reopened.",
        "pause": "Paused: nothing is claimed there any more.", "resume": "Resumed.",
    ]

    // MARK: Who and what

    func frame(_ context: AppContext, operatorsOnly: Bool = false) throws -> DashboardFrame {
        let identity = try context.requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token does not open the dashboard; use a person's")
        }
        guard !operatorsOnly || identity.operates else {
            throw Problem.forbidden("only operators and admins see and do this")
        }
        var frame = DashboardFrame(identity: identity, formToken: context.formToken, now: store.time.now())
        frame.watchesTables = guarded.map { !$0.standings.isEmpty } ?? false
        return frame
    }

    private func definition(_ context: AppContext) async throws -> Definition {
        let name = context.parameters.get("name") ?? ""
        guard let definition = try await store.definitions().first(where: { $0.name == name }) else {
            throw Problem.notFound("there is no lifecycle '\(Problem.shortened(name))'")
        }
        return definition
    }

    private func find(
        _ context: AppContext, _ frame: DashboardFrame
    ) async throws -> (JobRecord, Definition) {
        let text = context.parameters.get("id") ?? ""
        guard let id = JobID(text) else {
            throw Problem.notFound("'\(Problem.shortened(text))' is no job id; ids are UUIDs")
        }
        for definition in try await store.definitions() {
            if let record = try await found(id, definition, frame) { return (record, definition) }
        }
        throw Problem.notFound("there is no job \(id)")
    }

    private func found(
        _ id: JobID, _ definition: Definition, _ frame: DashboardFrame
    ) async throws -> JobRecord? {
        var query = JobQuery(definition.name)
        query.ids = [id]
        query.owner = frame.onlyOwner
        query.limit = 1
        return try await store.find(query).first
    }

    private static func redirect(to path: String) -> Response {
        var headers = DashboardHeaders.page
        headers[.location] = path
        return Response(status: .seeOther, headers: headers)
    }
}

extension DashboardFrame {
    /// Whose jobs alone the visitor sees; `nil` for everybody's.
    var onlyOwner: String? { identity.operates ? nil : identity.user }
}
