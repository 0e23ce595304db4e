import HTTPTypes
import Hummingbird
import Lockstep

/// Starts jobs, one or many.
struct JobStarting: Sendable {
    let core: APICore

    private static let fields = [
        "lifecycle", "status", "input", "key", "owner", "priority", "delay", "metadata", "reason",
    ]

    @Sendable func start(_ call: APICall) async throws -> Response {
        let identity = try call.identity
        let body = try await RequestObject(reading: call.request, fields: Self.fields)
        var job = try Self.newJob(body, key: try Self.idempotencyKey(of: call.request), by: identity)
        job.trace = TraceContext(call.request.headers)
        guard let outcome = try await core.store.start([job]).first else { throw APICore.noOutcome }
        let (record, reused) = try Self.visible(outcome, to: identity)
        core.finder.remember(record.id, in: record.lifecycle)
        return JobDocument(record).response(
            status: reused ? .ok : .created, reused: reused, headers: [.location: "/v1/jobs/\(record.id)"])
    }

    @Sendable func startMany(_ call: APICall) async throws -> Response {
        let identity = try call.identity
        let body = try await RequestObject(
            reading: call.request, fields: ["jobs"], limit: APILimits.longestBatchBody)
        guard let parts = try body.parts("jobs", count: 1...APILimits.longestBatch, fields: Self.fields)
        else { throw Problem.unprocessable("'jobs' is missing; it must be a list of jobs") }
        let trace = TraceContext(call.request.headers)
        let wishes = parts.map { part -> Result<NewJob, Problem> in
            part.flatMap { body in
                do {
                    var job = try Self.newJob(body, key: nil, by: identity)
                    job.trace = trace
                    return .success(job)
                } catch {
                    return .failure(Problem(error))
                }
            }
        }
        let jobs = wishes.compactMap { wish in if case .success(let job) = wish { job } else { nil } }
        let outcomes = jobs.isEmpty ? [] : try await core.store.start(jobs)
        guard outcomes.count == jobs.count else { throw APICore.noOutcome }
        return .json(try Self.document(of: wishes, outcomes, for: identity))
    }

    private static func document(
        of wishes: [Result<NewJob, Problem>], _ outcomes: [StartOutcome], for identity: Identity
    ) throws -> JSONWriter {
        var json = JSONWriter(capacity: 1024 * wishes.count)
        var rest = outcomes[...]
        json.raw(#"{"outcomes":["#)
        for (index, wish) in wishes.enumerated() {
            json.raw(index > 0 ? ",{" : "{")
            do {
                _ = try wish.get()
                guard let outcome = rest.popFirst() else { throw APICore.noOutcome }
                let (record, reused) = try visible(outcome, to: identity)
                json.name("job")
                JobDocument(record).write(to: &json, reused: reused)
            } catch {
                json.name("problem")
                json.raw(try Problem(error).document.encoded())
            }
            json.raw("}")
        }
        json.raw("]}")
        return json
    }

    /// What a start gave, if the one who started may see it.
    private static func visible(
        _ outcome: StartOutcome, to identity: Identity
    ) throws -> (record: JobRecord, reused: Bool) {
        let (record, reused) = try outcome.get()
        guard identity.seesOnly == nil || Owner.isSame(record.owner, identity.seesOnly) else {
            // The key belongs to somebody else's job, of which nothing is told.
            throw Problem(
                .conflict, code: Refusal.Code.keyTaken.rawValue,
                "another live job has the key; choose another key")
        }
        return (record, reused)
    }

    private static func newJob(
        _ body: RequestObject, key header: String?, by identity: Identity
    ) throws -> NewJob {
        var job = NewJob(
            lifecycle: try body.requiredText("lifecycle", longest: NewJob.longestName),
            input: body.json("input") ?? "{}")
        job.status = try body.text("status")
        job.key = try body.text("key")
        if let header {
            guard job.key == nil || job.key == header else {
                throw Problem.unprocessable("'key' and the header Idempotency-Key differ; send one of them")
            }
            job.key = header
        }
        job.owner = try body.text("owner")
        if let own = identity.seesOnly {
            guard job.owner == nil || Owner.isSame(job.owner, own) else {
                throw Problem.forbidden("'\(own)' starts jobs of its own only; leave 'owner' out")
            }
            job.owner = own
        }
        job.priority = try body.integer("priority", in: -1000...1000) ?? 0
        job.delay = try delay(body) ?? job.delay
        job.metadata = try body.object("metadata")
        job.reason = try body.text("reason", longest: APILimits.longestReason)
        job.actor = identity.actor
        return job
    }

    private static func delay(_ body: RequestObject) throws -> TimeLimit? {
        guard let text = try body.text("delay") else { return nil }
        guard let limit = TimeLimit(text) else {
            throw Problem.unprocessable(
                "'delay' is no time: '\(Problem.shortened(text))'; write for example 30s, 15m or 6h")
        }
        guard limit == .forever || limit <= .days(APILimits.longestDelay) else {
            throw Problem.unprocessable("'delay' must be at most \(APILimits.longestDelay)d")
        }
        return limit
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
}
