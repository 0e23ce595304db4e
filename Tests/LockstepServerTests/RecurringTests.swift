import Lockstep
import LockstepServer
import LockstepTesting
import Logging
import Synchronization
import Testing

/// What a server does now and then.
@Suite struct RecurringTests {
    @Test func itGoesOnAfterAFaultAndEndsWhenItIsCancelled() async throws {
        struct Fault: Error {}
        let time = TestTime()
        let turns = Mutex(0)
        let silence = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let service = Recurring("testing", every: .seconds(300), by: time, logger: silence) {
            let turn = turns.withLock { turns in
                turns += 1
                return turns
            }
            if turn == 1 { throw Fault() }
        }
        let task = Task { try await service.run() }
        while turns.withLock({ $0 }) < 3 {
            // It may not sleep yet; then its next turn is a moment later.
            time.advance(by: .seconds(301))
            await Task.yield()
        }
        task.cancel()
        try await task.value
    }
}
