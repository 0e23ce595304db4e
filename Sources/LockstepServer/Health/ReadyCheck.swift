import Hummingbird
import Lockstep
import Logging
import ServiceLifecycle

/// `GET /ready`: whether requests should be sent here. It needs no token and tells nothing else.
struct ReadyCheck: Sendable {
    let core: APICore
    let others: @Sendable () async throws -> Void

    @Sendable func answer(_ call: APICall) async throws -> Response {
        if Task.isShuttingDownGracefully {
            throw Problem(
                Failure.temporary("the server is shutting down; use another one", code: "draining"))
        }
        do {
            _ = try await core.store.definitions()
            try await others()
        } catch {
            call.context.logger.warning("the server is not ready", metadata: ["error": "\(error)"])
            throw Problem(
                Failure.temporary(
                    "the server is not ready; its log tells more", code: "not_ready"))
        }
        return Response.json(#"{"status":"ok"}"#)
    }
}
