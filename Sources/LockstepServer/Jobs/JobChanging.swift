import Hummingbird
import Lockstep

/// Moves jobs and acts on them, as their owner or an operator.
struct JobChanging: Sendable {
    let core: APICore

    @Sendable func move(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(reading: call.request, fields: ["to", "reason", "expecting"])
        return try await change(call, .move(to: try body.requiredText("to")), body)
    }

    @Sendable func cancel(_ call: APICall) async throws -> Response { try await act(call, .cancel) }

    @Sendable func retry(_ call: APICall) async throws -> Response { try await act(call, .retry) }

    @Sendable func reopen(_ call: APICall) async throws -> Response { try await act(call, .reopen) }

    @Sendable func hold(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(reading: call.request, fields: ["name", "reason", "expecting"])
        return try await change(
            call, .hold(try body.requiredText("name", longest: NewJob.longestName)), body)
    }

    @Sendable func release(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["metadata", "reason", "expecting"], isRequired: false)
        return try await change(call, .release, body, patch: try body.object("metadata"))
    }

    @Sendable func erase(_ call: APICall) async throws -> Response {
        let (command, record, precondition) = try await command(call, .erase)
        _ = try precondition.outcome(try await core.apply(command), on: record)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private func act(_ call: APICall, _ change: Command.Change) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["reason", "expecting"], isRequired: false)
        return try await self.change(call, change, body)
    }

    private func change(
        _ call: APICall, _ change: Command.Change, _ body: RequestObject, patch: String? = nil
    ) async throws -> Response {
        let reason = try body.text("reason", longest: APILimits.longestReason)
        let expecting = try body.text("expecting")
        var (command, record, precondition) = try await command(call, change)
        command.reason = reason
        command.expecting = expecting
        command.metadata = patch
        let after = try precondition.outcome(try await core.apply(command), on: record)
        let definition = try await core.catalog.definition(after.lifecycle)
        let allowed = AllowedActions(
            on: after, definition, for: try call.identity, now: core.store.time.now())
        return JobDocument(after).response(allowed: allowed)
    }

    /// A command on the job that the path names, with what the request demands of it.
    private func command(
        _ call: APICall, _ change: Command.Change
    ) async throws -> (Command, JobRecord, Precondition) {
        let identity = try call.identity
        let precondition = try Precondition(of: call.request)
        let (record, _) = try await core.finder.find(call.part("id"), owner: identity.seesOnly)
        var command = Command(change, job: record.id, of: record.lifecycle, by: identity.actor)
        command.ownedBy = identity.seesOnly
        try precondition.demand(of: &command, on: record)
        return (command, record, precondition)
    }
}
