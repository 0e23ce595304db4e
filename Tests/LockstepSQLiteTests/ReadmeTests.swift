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
        let child = try ChildProcess(
            try ChildProcess.built("readme-example"), in: scratch.folder, complaints: .shared)
        let text = await child.text()
        let end = await child.end(nil) { Issue.record("\($0)") }
        #expect(end == .exited(0))
        #expect(text.split(separator: "\n").last == "done")
    }
}
