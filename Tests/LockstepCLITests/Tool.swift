import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The built command line, run as a process on the database of a test.
struct Tool: Sendable {
    let scratch: Scratch

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
            ["LOCKSTEP_DATABASE": scratch.database, "USER": "tess", "TERM": "xterm"], onLine: onLine)
    }

    /// Runs a program in a folder to its end.
    static func run(
        _ program: URL, _ arguments: [String], in scratch: Scratch, _ environment: [String: String],
        onLine: @escaping @Sendable (String) async throws -> Void
    ) async throws -> Run {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: scratch.folder)
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        let complaints = scratch.path("errors-\(UUID().uuidString)")
        #expect(FileManager.default.createFile(atPath: complaints, contents: nil))
        let complaintFile = try #require(FileHandle(forWritingAtPath: complaints))
        process.standardError = complaintFile
        let (ending, ended) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ended.finish() }
        let lines = lines(of: output.fileHandleForReading)
        try process.run()
        var out = ""
        for await line in lines {
            out += line + "\n"
            try await onLine(line)
        }
        for await _ in ending {}
        let errors = try String(contentsOfFile: complaints, encoding: .utf8)
        return Run(code: process.terminationStatus, out: out, errors: errors)
    }

    static func program() throws -> URL {
        try #require(
            sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
                $0.path == "/" ? nil : $0.deletingLastPathComponent()
            }.map { $0.appending(path: "lockstep") }.first {
                var isFolder: ObjCBool = false
                let isThere = FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
                return isThere && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: $0.path)
            })
    }

    /// The lines of a pipe, read on a thread of their own.
    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            var rest: [UInt8] = []
            while true {
                let data = handle.availableData
                guard !data.isEmpty else { break }
                rest += data
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    continuation.yield(String(decoding: rest[..<end], as: UTF8.self))
                    rest.removeFirst(end + 1)
                }
            }
            if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
            continuation.finish()
        }
        return stream
    }
}
