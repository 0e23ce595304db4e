import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Counts every request and logs it: its number, method, route, status, time and user.
///
/// It stands in front of everything, so that it sees what was refused too; ``RequestUser`` stands behind
/// ``BearerAuth`` and tells it who asked.
struct RequestObserver: RouterMiddleware {
    typealias Context = AppContext

    let metrics: ServerMetrics?

    /// What is learnt of a request on its way in.
    final class Notes: Sendable {
        @TaskLocal static var current: Notes?

        let user = Mutex<String?>(nil)
    }

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let begin = ContinuousClock.now
        let notes = Notes()
        do {
            let response = try await Notes.$current.withValue(notes) { try await next(request, context) }
            note(request, context, notes, response.status, since: begin)
            return response
        } catch {
            note(request, context, notes, Problem(error).status, since: begin)
            throw error
        }
    }

    private func note(
        _ request: Request, _ context: AppContext, _ notes: Notes, _ status: HTTPResponse.Status,
        since begin: ContinuousClock.Instant
    ) {
        let time = ContinuousClock.now - begin
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        // A path that nobody knows is not the name of a route.
        let route = context.endpointPath.flatMap { $0 == "NotFound" ? nil : $0 } ?? MetricFamily.other
        metrics?.count(request.method, route: route, status: Int(status.code), seconds: seconds)
        context.logger.info(
            "request",
            metadata: [
                "method": "\(request.method.rawValue.prefix(20))", "route": "\(route)",
                "status": "\(status.code)", "milliseconds": "\((seconds * 100_000).rounded() / 100)",
                "user": "\(notes.user.withLock { $0 } ?? "")",
            ])
    }
}

/// Tells ``RequestObserver`` who asks.
struct RequestUser: RouterMiddleware {
    typealias Context = AppContext

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let user = context.identity?.user { RequestObserver.Notes.current?.user.withLock { $0 = user } }
        return try await next(request, context)
    }
}
