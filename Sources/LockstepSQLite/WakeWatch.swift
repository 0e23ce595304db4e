import Dispatch
import Lockstep
import Synchronization

/// Watches the gate file of a database and wakes this process whenever another one has committed.
///
/// It uses inotify on Linux. Where that is not to be had (another system, too many instances) the counter in
/// the gate file is read every 20 ms instead.
final class WakeWatch: Sendable {
    #if os(Linux)
        private let token: (watch: Int32, number: Int)?
    #endif
    private let timer: Mutex<(any DispatchSourceTimer)?>

    init(gate: WriteGate, hub: WakeHub) {
        #if os(Linux)
            token = FileWatch.shared?.add(gate.path, hub)
            if token != nil {
                timer = Mutex(nil)
                return
            }
        #endif
        timer = Mutex(Self.poll(gate, hub))
    }

    /// Reads the counter now and then. Nothing is kept but the last value that was seen.
    private static func poll(_ gate: WriteGate, _ hub: WakeHub) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "lockstep.sqlite.poll"))
        let seen = LastSeen(gate.counter)
        timer.schedule(deadline: .now(), repeating: .milliseconds(20))
        timer.setEventHandler {
            let now = gate.counter
            if seen.counter.exchange(now, ordering: .relaxed) != now { hub.wake() }
        }
        timer.resume()
        return timer
    }

    /// The counter at the last look.
    private final class LastSeen: Sendable {
        let counter: Atomic<UInt64>
        init(_ counter: UInt64) { self.counter = Atomic(counter) }
    }

    deinit {
        #if os(Linux)
            if let token { FileWatch.shared?.remove(token) }
        #endif
        timer.withLock { $0?.cancel() }
    }
}
