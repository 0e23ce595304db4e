import Lockstep
import Synchronization

/// The machine's time, but for the past that a scene is made in.
final class StandTime: TimeSource {
    private let shift = Mutex<Int64>(0)

    func now() -> Timestamp {
        let shift = shift.withLock { $0 }
        return Timestamp(microseconds: SystemTime().now().microseconds - shift)
    }

    func sleep(until deadline: Timestamp) async throws { try await SystemTime().sleep(until: deadline) }

    /// Goes to so many seconds before the present.
    func go(secondsAgo seconds: Double) { shift.withLock { $0 = Int64(seconds * 1_000_000) } }
}
