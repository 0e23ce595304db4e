import HTTPTypes
import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import Synchronization
import Testing

/// A receiver of webhooks that keeps what it hears, and may take its time to answer.
final class WebhookReceiver: Sendable {
    /// A notice that has come.
    struct Notice: Hashable, Sendable {
        /// `Idempotency-Key`.
        var key: String?
        /// The request that it is about.
        var request: String?
    }

    /// An answer that is held back.
    struct Hold: Sendable {
        /// Sent when the notice has come.
        let came = Signal()
        /// Lets it be answered.
        let gate = Signal()
    }

    private struct State {
        var port = 0
        var notices: [Notice] = []
        var hold: Hold?
    }
    private let state = Mutex(State())

    /// The port that it listens on.
    var port: Int {
        get { state.withLock(\.port) }
        set { state.withLock { $0.port = newValue } }
    }

    /// What has come, in its order.
    var notices: [Notice] { state.withLock(\.notices) }

    /// Holds the answer to the next notice back.
    func hold() -> Hold {
        let hold = Hold()
        state.withLock { $0.hold = hold }
        return hold
    }

    /// What it serves: `POST /told`.
    func router() throws -> Router<AppContext> {
        let router = Router(context: AppContext.self)
        let key = try #require(HTTPField.Name("Idempotency-Key"))
        router.post("/told") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1 << 20))
            let notice = Notice(
                key: request.headers[key], request: try JSONValue(parsing: body)["request"]?.text)
            let hold = self.state.withLock { state in
                state.notices.append(notice)
                defer { state.hold = nil }
                return state.hold
            }
            hold?.came.send()
            try await hold?.gate.wait()
            return Response(status: .noContent)
        }
        return router
    }
}
