import Foundation

/// Several bodies on threads of their own that wait for each other.
final class Crowd: @unchecked Sendable {
    private let condition = NSCondition()
    private let size: Int
    private var present = 0

    private init(_ size: Int) { self.size = size }

    /// Runs `body` this many times at once.
    static func together<Result: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (Crowd) async throws -> Result
    ) async throws -> [Result] {
        let crowd = Crowd(size)
        return try await withThrowingTaskGroup(of: Result.self) { group in
            for _ in 0..<size { group.addTask { try await body(crowd) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Blocks until all are here.
    func meet() {
        condition.lock()
        defer { condition.unlock() }
        present += 1
        condition.broadcast()
        while present < size { condition.wait() }
    }
}
