import Foundation
import Testing

/// What the compiler itself refuses.
@Suite struct CompilerTests {
    private static let declaration = """
        import Lockstep
        enum Export: String, Lifecycle {
            case queued, rendering, done, failed
            static let initial: Set = [queued]
            static let failure = failed
            var rules: Rules<Self> {
                switch self {
                case .queued: .queues(for: .rendering, within: .hours(1))
                case .rendering: .works(within: .minutes(5)).moves(to: .done)
                case .done: .succeeds(keptFor: .days(30))
                case .failed: .fails(keptFor: .days(30))
                }
            }
        }
        """

    /// Type-checks a program against the module that these tests were built with.
    private func compilerSays(of program: String) async throws -> (status: Int32, text: String) {
        let folder = NSTemporaryDirectory() + "lockstep-compiler-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                print("\(folder) stays: \(error)")
            }
        }
        let source = folder + "/Program.swift"
        try program.write(toFile: source, atomically: true, encoding: .utf8)
        let modules = try #require(
            sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
                $0.path == "/" ? nil : $0.deletingLastPathComponent()
            }.map { $0.appending(path: "Modules") }.first {
                FileManager.default.fileExists(atPath: $0.appending(path: "Lockstep.swiftmodule").path)
            })
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-cache-path",
            folder + "/cache", "-I", modules.path, source,
        ]
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        return try await withCheckedThrowingContinuation { continuation in
            // Reading to the end and waiting block, so they get a thread of their own.
            Thread.detachNewThread {
                do {
                    try process.run()
                    let data = output.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(
                        returning: (process.terminationStatus, String(decoding: data, as: UTF8.self)))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }

    @Test func aSoundProgramPasses() async throws {
        let (status, text) = try await compilerSays(
            of: Self.declaration + "\nlet next: Export = .rendering\n")
        #expect(status == 0, "\(text)")
    }

    @Test func anUndeclaredStatusIsACompileError() async throws {
        let (status, text) = try await compilerSays(of: Self.declaration + "\nlet next: Export = .pending\n")
        #expect(status != 0)
        #expect(text.contains("error: type 'Export' has no member 'pending'"), "\(text)")
    }

    @Test func aHandlerCannotReturnAnUndeclaredStatus() async throws {
        let handler = "\nlet handler = Handler(Export.rendering) { work in return .finished }\n"
        let (status, text) = try await compilerSays(of: Self.declaration + handler)
        #expect(status != 0)
        #expect(text.contains("has no member 'finished'"), "\(text)")
    }

    @Test func aStatusWithoutRulesIsACompileError() async throws {
        let program = Self.declaration.replacingOccurrences(
            of: "done, failed\n", with: "done, failed, lost\n")
        let (status, text) = try await compilerSays(of: program)
        #expect(status != 0)
        #expect(text.contains("switch must be exhaustive"), "\(text)")
    }
}
