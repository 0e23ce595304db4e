import Foundation
import Lockstep

/// Follows a session to its end by asking, as any client may.
struct Follower: Sendable {
    private static let pause: Duration = .milliseconds(80)
    private static let limit: Duration = .seconds(900)

    let client: Client
    let terminal: Terminal

    /// Waits until a session has ended, showing its progress.
    /// - Parameter notice: sees every answer; may act on it.
    func wait(
        for dataset: String, session: String, notice: (Replies.Session) async throws -> Void = { _ in }
    ) async throws -> Replies.Session {
        let deadline = ContinuousClock.now + Self.limit
        var last = ""
        while ContinuousClock.now < deadline {
            let status = try await client.status(dataset)
            let current = [status.session, status.triage].compactMap { $0 }.first { $0.id == session }
            guard let current else {
                throw DemoError("The session \(session) is not the dataset's any more.")
            }
            if terminal.showsProgress {
                terminal.progress(current.progress, "\(current.status)  \(current.detail ?? "")")
            } else if current.status != last {
                terminal.line("  \(current.status), \(current.progress) %")
                last = current.status
            }
            if current.status == "completed" || current.status == "error" { return current }
            try await notice(current)
            try await Task.sleep(for: Self.pause)
        }
        throw DemoError("The session \(session) did not end within \(Self.limit.components.seconds) seconds.")
    }
}
