import Synchronization

/// Lets each user do one thing at a time; whoever comes meanwhile waits in line.
///
/// It is for what ends by itself, such as a read of the store: nobody is called out of the line.
final class UserTurns: Sendable {
    /// Who waits, by user; there is a line, if only an empty one, while it is somebody's turn.
    private let lines = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// Carries out `body` when it is the caller's turn.
    func take<Result>(_ user: String, _ body: () async throws -> Result) async rethrows -> Result {
        await withCheckedContinuation { continuation in
            let isFree = lines.withLock { lines in
                guard lines[user] != nil else {
                    lines[user] = []
                    return true
                }
                lines[user]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        defer { pass(user) }
        return try await body()
    }

    private func pass(_ user: String) {
        lines.withLock { lines -> CheckedContinuation<Void, Never>? in
            guard lines[user]?.isEmpty == false else {
                lines[user] = nil
                return nil
            }
            return lines[user]?.removeFirst()
        }?.resume()
    }

    /// How many of a user's wait.
    func waiting(_ user: String) -> Int { lines.withLock { $0[user]?.count ?? 0 } }
}
