#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Where a store, a worker and a test take the time from.
public protocol TimeSource: Sendable {
    /// The present moment.
    func now() -> Timestamp
    /// Returns at `deadline` or later.
    /// - Throws: `CancellationError` when the task is cancelled first.
    func sleep(until deadline: Timestamp) async throws
}

/// The machine's clock.
public struct SystemTime: TimeSource {
    /// Makes the source.
    public init() {}

    /// The machine's time.
    public func now() -> Timestamp { Timestamp(Date()) }

    /// Sleeps on the continuous clock, so that a jump of the machine's time neither shortens nor lengthens it.
    public func sleep(until deadline: Timestamp) async throws {
        let rest = deadline - now()
        if rest > .zero { try await Task.sleep(for: rest, tolerance: .milliseconds(1)) }
    }
}
