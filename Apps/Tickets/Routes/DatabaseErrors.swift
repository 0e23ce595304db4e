import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import Logging

/// Says of a database that cannot be reached that its administrator has to do something: users of this application come
/// back after days, and are not told to try again at once.
struct DatabaseErrors: RouterMiddleware {
    typealias Context = AppContext

    func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as SQLError where error.kind == .connection || error.kind == .storage {
            context.logger.error("the database cannot be used", metadata: ["error": "\(error)"])
            var problem = Problem(error)
            problem.audience = .adminRequired
            throw problem
        }
    }
}
