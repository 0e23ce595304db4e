import LockstepTesting
import Synchronization
import Testing

@testable import LockstepPostgres

/// What goes out together.
@Suite struct BatcherTests {
    /// Calls of so many bytes each come while a first one is being written.
    /// - Returns: the batches, as the numbers of bytes of their items.
    private func batches(of sizes: [Int]) async throws -> [[Int]] {
        let written = Mutex<[[Int]]>([])
        let (begun, end) = (Signal(), Signal())
        let batcher = Batcher<Int, Int>(most: 1, largest: 4, heaviest: 100, bytes: { $0 }) { items in
            let isFirst = written.withLock { written in
                written.append(items)
                return written.count == 1
            }
            if isFirst {
                begun.send()
                try await end.wait()
            }
            return items
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await batcher.perform([0]) }
            try await begun.wait()
            // One after the other, so that their order is known.
            for (number, size) in sizes.enumerated() {
                group.addTask {
                    let reply = try await batcher.perform([size])
                    #expect(reply == [size])
                }
                while batcher.waiting <= number { await Task.yield() }
            }
            end.send()
            try await group.waitForAll()
        }
        return Array(written.withLock { $0 }.dropFirst())
    }

    @Test func aBatchEndsWhereItWouldBeTooHeavyOrTooLong() async throws {
        #expect(try await batches(of: [60, 30, 20, 90, 10]) == [[60, 30], [20], [90, 10]])
        #expect(try await batches(of: [1, 1, 1, 1, 1]) == [[1, 1, 1, 1], [1]])
        #expect(try await batches(of: [500, 500, 1]) == [[500], [500], [1]])
    }
}
