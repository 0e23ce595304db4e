import HTTPTypes
import Hummingbird

/// Tells those who miss a route by its method alone which ones it has: 405 with `Allow` (RFC 9110, section 15.5.6).
struct MissedRoutes: RouterMiddleware {
    typealias Context = AppContext

    let routes: [APIRoute]

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let path = request.uri.path
            // A literal path goes before a template: `/v1/jobs/batch` is no job.
            let matching = routes.filter { $0.matches(path) }
            let literal = matching.filter { !$0.namesSomething }
            let methods = Set((literal.isEmpty ? matching : literal).map(\.method))
            guard !methods.isEmpty, !Self.has(methods, request.method) else {
                throw Problem.notFound("there is nothing at '\(Problem.shortened(path))'")
            }
            let allowed = methods.union(methods.contains(.get) ? [.head] : []).map(\.rawValue).sorted()
            throw Problem(
                .methodNotAllowed, code: "method_not_allowed",
                "\(request.method.rawValue.prefix(20)) is not for '\(Problem.shortened(path))'; use "
                    + allowed.joined(separator: ", "), headers: [.allow: allowed.joined(separator: ", ")])
        }
    }

    private static func has(_ methods: Set<HTTPRequest.Method>, _ method: HTTPRequest.Method) -> Bool {
        methods.contains(method) || method == .head && methods.contains(.get)
    }
}
