import Foundation
import Lockstep
import Testing

/// An empty PostgreSQL database of a test's own, on the server that `LOCKSTEP_POSTGRES` names, as `make test` does, or
/// else on a throw-away one that ends with this process.
final class PostgresDatabase: Sendable {
    let url: String
    private let server: String
    private let name: String

    private static let shared = Task { try await Offload.run { _ in try startServer() } }

    init() async throws {
        server = try await Self.shared.value
        name = "lockstep_\(UUID().uuidString.lowercased().replacing("-", with: "_"))"
        var address = try #require(URLComponents(string: server))
        address.path = "/\(name)"
        url = try #require(address.string)
        let (server, name) = (server, name)
        try await Offload.run { _ in try Self.tell(server, "CREATE DATABASE \(name)") }
    }

    /// Carries out a statement.
    func run(_ sql: String) async throws {
        let url = url
        try await Offload.run { _ in try Self.tell(url, sql) }
    }

    deinit {
        let (server, name) = (server, name)
        // On a thread of its own, for it waits.
        Thread.detachNewThread {
            do {
                try Self.tell(server, "DROP DATABASE \(name) WITH (FORCE)")
            } catch {
                print("the database '\(name)' of a test could not be dropped: \(error)")
            }
        }
    }

    private static func startServer() throws -> String {
        if let url = ProcessInfo.processInfo.environment["LOCKSTEP_POSTGRES"], !url.isEmpty { return url }
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let script = root.appending(path: "scripts/postgres")
        let folder = "/tmp/lockstep-cli-tests.\(getpid())"
        try run(
            script, ["start", folder, "--with", "\(getpid())", "--", "-c", "max_connections=400"], into: nil)
        let output = Pipe()
        try run(script, ["url", folder], into: output)
        let url = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        return url.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func tell(_ server: String, _ sql: String) throws {
        try run(URL(filePath: "/usr/bin/env"), ["psql", "-X", "-q", "-c", sql, server], into: nil)
    }

    private struct Failed: Error, CustomStringConvertible { let description: String }

    /// Runs a program to its end; blocks.
    /// - Parameter output: where a line of its output goes. Not a server's: it would keep the pipe open.
    private static func run(_ program: URL, _ arguments: [String], into output: Pipe?) throws {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output.map { $0 as Any } ?? FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                description:
                    "'\(program.lastPathComponent) \(arguments[0])' failed; PostgreSQL must be installed, or "
                    + "LOCKSTEP_POSTGRES name a superuser's database")
        }
    }
}
