import HTTPTypes
import Hummingbird
import LockstepServer
import Synchronization

/// A router that only writes down which routes it is given.
final class RouteList: RouterMethods {
    typealias Context = AppContext

    private let found = Mutex<[String]>([])

    /// `GET /v1/jobs/{id}`, in the order in which they were given.
    var routes: [String] { found.withLock { $0 } }

    func on<Responder: HTTPResponder>(
        _ path: RouterPath, method: HTTPRequest.Method, responder: Responder
    ) -> Self where Responder.Context == AppContext {
        found.withLock { $0.append("\(method.rawValue) \(path)") }
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, AppContext>) -> Self { self }
}
