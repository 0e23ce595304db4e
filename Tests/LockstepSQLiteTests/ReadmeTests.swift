import Foundation
import LockstepTesting
import Testing

/// The README's example is this repository's `examples/readme/main.swift`, and it runs.
@Suite struct ReadmeTests {
    private var root: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    @Test func theReadmeShowsTheExample() throws {
        let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        let example = try String(
            contentsOf: root.appending(path: "examples/readme/main.swift"), encoding: .utf8)
        #expect(readme.contains("```swift\n\(example)```"))
    }

    @Test func theExampleRuns() async throws {
        let scratch = try Scratch()
        let program = try #require(
            sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
                $0.path == "/" ? nil : $0.deletingLastPathComponent()
            }.map { $0.appending(path: "readme-example") }.first {
                FileManager.default.isExecutableFile(atPath: $0.path)
            })
        let process = Process()
        process.executableURL = program
        process.currentDirectoryURL = URL(filePath: scratch.folder)
        let output = Pipe()
        process.standardOutput = output
        let text: String = try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                do {
                    try process.run()
                    let data = output.fileHandleForReading.readDataToEndOfFile()
                    process.waitUntilExit()
                    continuation.resume(returning: String(decoding: data, as: UTF8.self))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        #expect(process.terminationStatus == 0)
        #expect(text.split(separator: "\n").last == "done")
    }
}
