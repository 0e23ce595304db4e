import Foundation
import Testing

/// SQLite's own shell, as a second opinion.
enum SQLiteShell {
    /// What it prints for a script on an empty database.
    static func run(_ script: String) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "check-forms-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let input = folder.appending(path: "script.sql")
        let output = folder.appending(path: "answers")
        try Data(script.utf8).write(to: input)
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-batch", ":memory:"]
        process.standardInput = try FileHandle(forReadingFrom: input)
        process.standardOutput = try FileHandle(forWritingTo: output)
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        try #require(status == 0, "sqlite3 ended with \(status)")
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }
}
