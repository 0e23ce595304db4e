import Lockstep

/// The machine's clock, so many days ahead: what happens when somebody comes back after a week can be tried at once.
struct ShiftedTime: TimeSource {
    private let system = SystemTime()
    private let shift: Duration

    init(days: Int) { shift = .seconds(86_400 * Int64(days)) }

    func now() -> Timestamp { system.now() + shift }

    func sleep(until deadline: Timestamp) async throws {
        try await system.sleep(
            until: Timestamp(
                microseconds: deadline.microseconds - shift.inMicroseconds))
    }
}
