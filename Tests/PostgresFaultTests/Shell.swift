import Foundation
import LockstepTesting

/// Runs programs that end by themselves.
enum Shell {
    /// A program that failed.
    struct Failed: Error, CustomStringConvertible {
        /// The command and the end of what it said.
        let description: String
    }

    /// The root of the repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Runs a command line and returns what it says.
    /// - Throws: ``Failed`` when it does not end with 0.
    @discardableResult
    static func run(_ command: [String]) async throws -> String {
        var environment = ProcessInfo.processInfo.environment
        // Servers' tools lie there, and not on everybody's PATH.
        environment["PATH"] = (environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
        let child = try ChildProcess(
            URL(filePath: "/usr/bin/env"), command, environment: environment, in: root,
            complaints: .withOutput)
        let said = await child.text()
        let end = await child.ended()
        guard end == .exited(0) else {
            throw Failed(
                description: "'\(command.joined(separator: " "))' ended with \(end): \(said.suffix(500))")
        }
        return said.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
