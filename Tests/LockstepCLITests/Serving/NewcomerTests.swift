import Foundation
import LockstepTesting
import Testing

/// The path of a newcomer, as scripts/newcomer plays it.
@Suite(.timeLimit(.minutes(3))) struct NewcomerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func aLifecycleInYAMLIsWorkedOnInPython() async throws {
        let scratch = try Scratch()
        let run = try await Tool.run(
            Self.root.appending(path: "scripts/newcomer"), [], in: scratch,
            [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "LOCKSTEP": try Tool.program().path, "TMPDIR": scratch.folder, "TERM": "dumb",
            ]
        ) { _ in }
        #expect(run.code == 0, "\(run.out)\n\(run.errors)")
        #expect(run.lines.last == "The job is done; worker and server have ended.")
    }
}
