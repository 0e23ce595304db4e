import Foundation
import Synchronization

/// The one thread that starts processes. It lives as long as this process does.
///
/// A child that asks to be killed with its parent is killed when the *thread* that started it ends (prctl(2),
/// `PR_SET_PDEATHSIG`), so a thread that may end before its children must start none.
final class SpawnThread: Sendable {
    static let shared = SpawnThread()

    private let orders = Mutex<[@Sendable () -> Void]>([])
    private let count = DispatchSemaphore(value: 0)

    private init() {
        let thread = Thread { [self] in
            while true {
                count.wait()
                let order = orders.withLock { $0.isEmpty ? nil : $0.removeFirst() }
                order?()
            }
        }
        thread.name = "lockstep.spawn"
        thread.start()
    }

    /// Runs `body` there, and waits for it: never call it on the cooperative pool.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
        let done = DispatchSemaphore(value: 0)
        let box = Box<Result>()
        orders.withLock { orders in
            orders.append {
                let result = Swift.Result { try body() }
                box.result.withLock { $0 = result }
                done.signal()
            }
        }
        count.signal()
        done.wait()
        guard let result = box.result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }

    private final class Box<Value: Sendable>: Sendable {
        let result = Mutex<Swift.Result<Value, any Error>?>(nil)
    }
}
