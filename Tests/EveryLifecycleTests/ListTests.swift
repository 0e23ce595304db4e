import Foundation
import Testing

/// The list of lifecycles is complete.
@Suite struct ListTests {
    /// `file: type` of every type that says of itself that it is a lifecycle.
    static func declared(in text: String) -> [String] {
        let code = text.split(separator: "\n").filter {
            !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("//")
        }.joined(separator: "\n")
        let declaration = /\b(?:enum|struct|class|actor|extension)\s+([A-Za-z_.]+)(?:<[^>{]*>)?\s*:([^{]*)\{/
        return code.matches(of: declaration).filter { match in
            match.output.2.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains("Lifecycle")
        }.map { String($0.output.1) }
    }

    @Test func everyLifecycleOfTheRepositoryIsListed() throws {
        var found: Set<String> = []
        for folder in ["Sources", "Apps", "examples"] {
            let files = try #require(
                FileManager.default.enumerator(atPath: Repository.root.appending(path: folder).path))
            for case let file as String in files where file.hasSuffix(".swift") && !file.contains(".build") {
                let path = "\(folder)/\(file)"
                for type in try Self.declared(in: Repository.text(path)) { found.insert("\(path): \(type)") }
            }
        }
        let listed = Listed.all.map { "\($0.file): \($0.type)" }
        #expect(found.sorted() == listed.sorted(), "a lifecycle is missing in Listed.all, or gone")
    }

    @Test func aLifecycleIsSeenHoweverItIsDeclared() {
        let text = """
            enum One: String, Lifecycle {
            public enum Two: String, Codable,
                Lifecycle, Sendable {
            extension Three: Lifecycle {
            /// enum Four: String, Lifecycle {
            enum Five: String, LifecycleNot {
            extension Lifecycle { }
            struct Six<Status: Lifecycle>: Sendable {
            enum Seven: String, Lockstep.Lifecycle {
            """
        #expect(Self.declared(in: text) == ["One", "Two", "Three", "Seven"])
    }

    @Test func theEmbeddedExampleIsDeclaredAsItIsHere() throws {
        let opening = "enum Export: String, Lifecycle {"
        func declaration(_ text: String) throws -> [Substring] {
            let lines = text.split(separator: "\n")
            let start = try #require(lines.firstIndex { $0.trimmingPrefix(while: \.isWhitespace) == opening })
            let indent = lines[start].prefix(while: \.isWhitespace)
            let end = try #require(lines[start...].firstIndex { $0 == indent + "}" })
            return lines[start...end].map { $0.dropFirst(indent.count) }
        }
        let example = try Repository.text("examples/embedded/Sources/embedded/main.swift")
        let here = try Repository.text("Tests/EveryLifecycleTests/Listed.swift")
        #expect(try declaration(example) == declaration(here))
    }
}
