import PostgresSupport
import Synchronization

/// Writers of orders, and how long each of their writes took.
final class WriteLoad: Sendable {
    /// What the writers met in some time.
    struct Phase: Sendable, CustomStringConvertible {
        var times: [Duration] = []

        /// For example "1204 writes, the longest 12.1 ms, one in a thousand above 3.0 ms".
        var description: String {
            let sorted = times.sorted()
            guard let longest = sorted.last else { return "no write" }
            return "\(sorted.count) writes, the longest \(Self.text(longest)), one in a thousand above "
                + Self.text(sorted[min(sorted.count - 1, sorted.count * 999 / 1000)])
        }

        private static func text(_ time: Duration) -> String {
            "\(Double(Int(time / .microseconds(100))) / 10) ms"
        }
    }

    private struct State {
        var phase = Phase()
        var failures: [String] = []
        var isOver = false
    }
    private let state = Mutex(State())
    /// Every write is told here.
    private let (told, tell) = AsyncStream.makeStream(
        of: Void.self, bufferingPolicy: .bufferingNewest(1_000_000))

    /// What the database said of writes that failed.
    var failures: [String] { state.withLock(\.failures) }

    /// Ends all writers.
    func end() { state.withLock { $0.isOver = true } }

    /// Waits for so many writes.
    func writes(_ count: Int) async {
        var seen = 0
        for await _ in told {
            seen += 1
            if seen == count { break }
        }
    }

    /// What was met since this was asked last.
    func phase() -> Phase {
        state.withLock { state in
            defer { state.phase = Phase() }
            return state.phase
        }
    }

    /// Writes until the end: an order comes, another is worked on and done.
    func write(on connection: PlainConnection, writer: Int, rows: Int) async {
        var id = writer
        while !state.withLock(\.isOver) {
            id += 3
            for statement in [
                "INSERT INTO orders DEFAULT VALUES",
                "UPDATE orders SET status = 'running' WHERE id = \(1 + id % rows) AND status = 'queued'",
                "UPDATE orders SET status = 'done' WHERE id = \(1 + id % rows) AND status = 'running'",
            ] {
                let start = ContinuousClock.now
                let fault: String?
                do {
                    try await connection.execute(statement)
                    fault = nil
                } catch {
                    fault = "\(error)"
                }
                let time = ContinuousClock.now - start
                state.withLock { state in
                    state.phase.times.append(time)
                    if let fault { state.failures.append(fault) }
                }
                tell.yield()
            }
        }
    }
}
