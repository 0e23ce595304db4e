import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The built command line, run as a process on the database of a test.
struct Tool: Sendable {
    let scratch: Scratch
    /// The database that the environment names.
    let database: String

    /// What a run gave.
    struct Run {
        let code: Int32
        let out: String
        let errors: String

        /// Standard output as one JSON document.
        func json() throws -> JSONValue { try JSONValue(parsing: out) }
        /// Standard output line by line.
        var lines: [String] { out.split(separator: "\n").map(String.init) }
    }

    /// Runs the tool to its end.
    func run(_ arguments: String...) async throws -> Run { try await run(arguments) { _ in } }

    /// Runs the tool, and hands every line of its output over as it comes.
    func run(
        _ arguments: [String], onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> Run {
        try await Self.run(
            try Self.program(), arguments, in: scratch,
            ["LOCKSTEP_DATABASE": database, "USER": "tess", "TERM": "xterm"], onLine: onLine)
    }

    /// Runs a program in a folder to its end.
    static func run(
        _ program: URL, _ arguments: [String], in scratch: Scratch, _ environment: [String: String],
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> Run {
        let complaints = scratch.path("errors-\(UUID().uuidString)")
        let child = try ChildProcess(
            program, arguments, environment: environment, in: scratch.folder, complaints: .file(complaints))
        var out = ""
        for await line in child.lines {
            out += line + "\n"
            try await onLine(line)
        }
        let end = await child.end(nil) { Issue.record("\($0)") }
        guard case .exited(let code) = end else { throw Killed(end: end) }
        let errors = try String(contentsOfFile: complaints, encoding: .utf8)
        return Run(code: code, out: out, errors: errors)
    }

    /// A run that a signal ended.
    struct Killed: Error {
        let end: ChildProcess.End
    }

    static func program() throws -> URL { try ChildProcess.built("lockstep") }
}
