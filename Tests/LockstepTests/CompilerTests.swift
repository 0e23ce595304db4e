import Foundation
import LockstepTesting
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
    private func compilerSays(of program: String) async throws -> (end: ChildProcess.End, text: String) {
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
        let child = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            [
                "swiftc", "-typecheck", "-parse-as-library", "-swift-version", "6", "-module-cache-path",
                folder + "/cache", "-I", modules.path, source,
            ], complaints: .withOutput)
        let text = await child.text()
        return (await child.end(nil) { Issue.record("\($0)") }, text)
    }

    @Test func aSoundProgramPasses() async throws {
        let (end, text) = try await compilerSays(
            of: Self.declaration + "\nlet next: Export = .rendering\n")
        #expect(end == .exited(0), "\(text)")
    }

    @Test func anUndeclaredStatusIsACompileError() async throws {
        let (end, text) = try await compilerSays(of: Self.declaration + "\nlet next: Export = .pending\n")
        #expect(end == .exited(1))
        #expect(text.contains("error: type 'Export' has no member 'pending'"), "\(text)")
    }

    @Test func aHandlerCannotReturnAnUndeclaredStatus() async throws {
        let handler = "\nlet handler = Handler(Export.rendering) { work in return .finished }\n"
        let (end, text) = try await compilerSays(of: Self.declaration + handler)
        #expect(end == .exited(1))
        #expect(text.contains("has no member 'finished'"), "\(text)")
    }

    @Test func aStatusWithoutRulesIsACompileError() async throws {
        let program = Self.declaration.replacingOccurrences(
            of: "done, failed\n", with: "done, failed, lost\n")
        let (end, text) = try await compilerSays(of: program)
        #expect(end == .exited(1))
        #expect(text.contains("switch must be exhaustive"), "\(text)")
    }
}
