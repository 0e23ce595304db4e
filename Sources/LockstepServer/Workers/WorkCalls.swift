import Hummingbird
import Lockstep

/// What a worker writes about a job that it holds. Everything goes through the store's one road under the worker's
/// claim: a fence that is no longer the job's is refused with 409 `stale_claim`.
struct WorkCalls: Sendable {
    let core: APICore

    @Sendable func report(_ call: APICall) async throws -> Response {
        let body = try await body(call, ["progress", "detail", "metadata"])
        let progress = try body.requiredInteger("progress", in: 0...100)
        let detail = try body.text("detail", longest: APILimits.longestMessage)
        return try await write(call, .report(progress: progress, detail: detail), body)
    }

    @Sendable func finish(_ call: APICall) async throws -> Response {
        let body = try await body(call, ["to", "output", "metadata", "reason"])
        return try await write(call, .move(to: try body.requiredText("to")), body)
    }

    @Sendable func fail(_ call: APICall) async throws -> Response {
        let body = try await body(call, ["failure", "output", "metadata", "reason"])
        guard
            let part = try body.part(
                "failure", fields: ["audience", "code", "message", "retry_after_seconds"])
        else { throw Problem.unprocessable("'failure' is missing; it must be an object") }
        let text = try part.requiredText("audience")
        guard let audience = Failure.Audience(rawValue: text) else {
            let accepted = Failure.Audience.allCases.map(\.rawValue)
            throw Problem.unprocessable(
                "'failure.audience' must be one of \(accepted.joined(separator: ", "))", accepted: accepted)
        }
        let code = try part.text("code", longest: NewJob.longestName) ?? audience.rawValue
        let message = try part.requiredText("message", longest: APILimits.longestMessage)
        let pause = try part.integer("retry_after_seconds", in: 0...APILimits.longestRetryAfter)
        let failure = Failure(
            audience, code: code, message: message, retryAfter: pause.map { TimeLimit.seconds($0) })
        return try await write(call, .fail(failure), body)
    }

    @Sendable func yield(_ call: APICall) async throws -> Response {
        let body = try await body(call, ["metadata", "reason"])
        return try await write(call, .yield, body)
    }

    private func body(_ call: APICall, _ fields: [String]) async throws -> RequestObject {
        try await RequestObject(
            reading: call.request, fields: ["worker", "fence"] + fields,
            limit: APILimits.longestBody + NewJob.longestInput)
    }

    private func write(
        _ call: APICall, _ change: Command.Change, _ body: RequestObject
    ) async throws -> Response {
        let worker = WorkerID(try body.requiredText("worker", longest: NewJob.longestName))
        let fence = Int64(try body.requiredInteger("fence", in: 0...Int.max))
        let (record, _) = try await core.finder.find(call.part("id"), owner: nil)
        guard try call.identity.mayWork(on: record.lifecycle) else {
            throw Problem.notFound("there is no job \(record.id)")
        }
        var command = Command(change, job: record.id, of: record.lifecycle, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: fence)
        command.output = body.json("output")
        command.metadata = try body.object("metadata")
        command.reason = try body.text("reason", longest: APILimits.longestReason)
        return JobDocument(try await core.apply(command).get()).response()
    }
}
