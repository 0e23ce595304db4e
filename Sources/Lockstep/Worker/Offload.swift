import Dispatch
import Synchronization

/// Runs blocking or long computations on a thread of their own, so that the cooperative pool stays free.
public enum Offload {
    /// Tells the computation that it is no longer wanted.
    public final class Stop: Sendable {
        private let flag = Atomic(false)
        /// Whether the waiting task was cancelled.
        public var isRequested: Bool { flag.load(ordering: .relaxed) }
        func request() { flag.store(true, ordering: .relaxed) }
    }

    /// Runs `body` on a thread outside the pool.
    /// - Parameter body: looks at the stop now and then and ends early, by throwing, when it is requested.
    /// - Throws: what `body` throws.
    public static func run<Result: Sendable>(
        _ body: @escaping @Sendable (Stop) throws -> Result
    ) async throws -> Result {
        let stop = Stop()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                DispatchQueue(label: "lockstep.offload").async {
                    continuation.resume(with: Swift.Result { try body(stop) })
                }
            }
        } onCancel: {
            stop.request()
        }
    }
}
