import HTTPTypes
import Hummingbird
import Lockstep
import Logging

/// Answers every error with a problem document (people who use the ``Dashboard`` get a page), and logs those that are
/// the server's.
///
/// Put it first, so that it sees what all other middlewares and routes throw.
public struct ProblemMiddleware: RouterMiddleware {
    /// A middleware for requests with an ``AppContext``.
    public typealias Context = AppContext

    /// Makes the middleware.
    public init() {}

    /// Answers the request, or its error. Throws nothing but what writing a small document throws.
    public func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            var problem = Problem(error)
            if problem.status.code >= 500 {
                context.logger.log(
                    level: problem.audience == .temporary ? .warning : .error,
                    "request failed",
                    metadata: [
                        "error": "\(error)", "status": "\(problem.status.code)", "code": "\(problem.code)",
                        "method": "\(request.method)", "path": "\(request.uri.path)",
                    ])
                // What the log tells can then be found by whoever got the answer.
                problem.extensions["request_id"] = context.requestID.map(JSONValue.string)
            }
            if ProblemPage.suits(request) { return ProblemPage(problem: problem).response(from: request) }
            return try problem.response(from: request, context: context)
        }
    }
}
