import Hummingbird
import Lockstep
import Logging

/// `GET /health`: whether the server reaches its store. It needs no token and tells nothing else.
public struct HealthRoute: Sendable {
    private let store: any Store

    /// Makes the route for a store.
    public init(store: any Store) { self.store = store }

    /// Adds the route. It answers 200 `{"status":"ok"}`, or a problem document with 503.
    public func add(to router: some RouterMethods<AppContext>) {
        let store = self.store
        router.get("/health") { _, context -> Response in
            do {
                _ = try await store.definitions()
            } catch {
                context.logger.warning("the store cannot be reached", metadata: ["error": "\(error)"])
                throw Problem(
                    Failure.temporary(
                        "the store cannot be reached; the server's log tells more", code: "unhealthy"))
            }
            return .json(#"{"status":"ok"}"#)
        }
    }
}
