import HTTPTypes
import Hummingbird
import Lockstep

/// The routes by which clients and operators start, read and move the jobs of all installed lifecycles.
///
/// | route | answers |
/// |---|---|
/// | `POST /v1/jobs` | 201 and the job; 200 and `"reused": true` when a live job has the key |
/// | `GET /v1/jobs/{id}` | 200 and the job |
/// | `POST /v1/jobs/{id}/moves` | 200 and the job as it is afterwards |
/// | `GET /v1/jobs/{id}/history?after=n` | 200 and its history after the entry with that number |
///
/// A client owns what it starts, and sees and moves its own jobs alone: others' answer 404. Operators and
/// admins see and move all. Workers have no business here: 403. Errors are problem documents; see
/// ``Problem``. Put ``ProblemMiddleware`` and ``BearerAuth`` in front.
public struct JobRoutes: Sendable {
    /// The longest reason in bytes.
    public static let longestReason = 4096

    private let store: any Store

    /// Makes the routes of a store.
    public init(store: any Store) { self.store = store }

    /// Adds the routes, with their prefix `/v1`, to a router or a group.
    public func add(to router: some RouterMethods<AppContext>) {
        let group = router.group("/v1/jobs")
        group.post { request, context in try await start(request, context) }
        group.get("/:id") { _, context in
            let (record, _) = try await find(context)
            return Response.json(try JobDocument(record).json())
        }
        group.post("/:id/moves") { request, context in try await move(request, context) }
        group.get("/:id/history") { request, context in try await history(request, context) }
    }

    // MARK: Starting

    private static let startFields = [
        "lifecycle", "status", "input", "key", "owner", "priority", "delay", "metadata",
    ]

    private func start(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Self.person(context)
        let body = try await RequestObject(reading: request, fields: Self.startFields)
        let job = try Self.newJob(body, key: try Self.idempotencyKey(of: request), by: identity)
        guard let outcome = try await store.start([job]).first else { throw Self.noOutcome }
        let (record, reused) = try outcome.get()
        guard identity.operates || record.owner == identity.user else {
            // The key belongs to somebody else's job, of which nothing is told.
            throw Problem(
                .conflict, code: Refusal.Code.keyTaken.rawValue,
                "another live job has the key; choose another key")
        }
        return Response.json(
            try JobDocument(record).json(reused: reused), status: reused ? .ok : .created,
            headers: [.location: "/v1/jobs/\(record.id)"])
    }

    private static func newJob(
        _ body: RequestObject, key header: String?, by identity: Identity
    ) throws -> NewJob {
        var job = NewJob(
            lifecycle: try body.requiredText("lifecycle", longest: NewJob.longestName),
            input: try body.json("input") ?? "{}")
        job.status = try body.text("status")
        job.key = try body.text("key")
        if let header {
            guard job.key == nil || job.key == header else {
                throw Problem.unprocessable("'key' and the header Idempotency-Key differ; send one of them")
            }
            job.key = header
        }
        job.owner = try body.text("owner")
        if !identity.operates {
            guard job.owner == nil || job.owner == identity.user else {
                throw Problem.forbidden("'\(identity.user)' starts jobs of its own only; leave 'owner' out")
            }
            job.owner = identity.user
        }
        job.priority = try body.integer("priority", in: -1000...1000) ?? 0
        if let delay = try body.text("delay") {
            guard let limit = TimeLimit(delay) else {
                throw Problem.unprocessable(
                    "'delay' is no time: '\(Problem.shortened(delay))'; write for example 30s, 15m or 6h")
            }
            job.delay = limit
        }
        job.metadata = try body.object("metadata")
        job.actor = identity.actor
        return job
    }

    /// The header of draft-ietf-httpapi-idempotency-key-header-07: a quoted string there, bare in many
    /// clients. Lockstep honours the key for as long as the job lives.
    private static func idempotencyKey(of request: Request) throws -> String? {
        guard let name = HTTPField.Name("Idempotency-Key") else { return nil }
        let values = request.headers[values: name]
        guard let value = values.first else { return nil }
        guard values.count == 1 else {
            throw Problem.unprocessable("the header Idempotency-Key must be sent once")
        }
        let isQuoted = value.utf8.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
        return isQuoted ? String(value.dropFirst().dropLast()) : value
    }

    // MARK: Moving

    private func move(_ request: Request, _ context: AppContext) async throws -> Response {
        let (record, identity) = try await find(context)
        let body = try await RequestObject(reading: request, fields: ["to", "reason", "expecting"])
        var command = Command(
            .move(to: try body.requiredText("to")), job: record.id, of: record.lifecycle, by: identity.actor)
        command.reason = try body.text("reason", longest: Self.longestReason)
        command.expecting = try body.text("expecting")
        command.ownedBy = identity.operates ? nil : identity.user
        guard let outcome = try await store.apply([command]).first else { throw Self.noOutcome }
        return Response.json(try JobDocument(try outcome.get()).json())
    }

    // MARK: Reading

    private func history(_ request: Request, _ context: AppContext) async throws -> Response {
        let (record, _) = try await find(context)
        var after: Int64 = 0
        if let text = request.uri.queryParameters["after"] {
            guard let number = Int64(text), number >= 0 else {
                throw Problem.unprocessable("'after' must be the number of an entry, 0 or more")
            }
            after = number
        }
        let entries = try await store.history(of: record.id, in: record.lifecycle, after: after)
        return Response.json(try JSONText.encode(HistoryDocument(of: record, entries)))
    }

    /// The job that the path names, if the sender may see it. The path does not name the lifecycle: every
    /// installed one is asked, and each asks by primary key.
    private func find(_ context: AppContext) async throws -> (JobRecord, Identity) {
        let identity = try Self.person(context)
        let text = context.parameters.get("id") ?? ""
        guard let id = JobID(text) else {
            throw Problem.notFound("'\(Problem.shortened(text))' is no job id; ids are UUIDs")
        }
        for definition in try await store.definitions() {
            var query = JobQuery(definition.name)
            query.ids = [id]
            query.owner = identity.operates ? nil : identity.user
            query.limit = 1
            if let record = try await store.find(query).first { return (record, identity) }
        }
        throw Problem.notFound("there is no job \(id)")
    }

    private static func person(_ context: AppContext) throws -> Identity {
        let identity = try context.requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token does not start, read or move jobs here; use a client's")
        }
        return identity
    }

    private static let noOutcome = Failure.adminRequired(
        "the store gave no outcome", code: "no_outcome")
}
