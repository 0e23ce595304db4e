/// A file of a repository whose text is read.
public struct SourceFile: Sendable, Hashable {
    /// What a file is there for.
    public enum Role: String, Sendable, Hashable {
        /// A part of the program.
        case code
        /// A test, a fixture, a sample: what it writes, no running program need write.
        case aside
        /// A migration: what it wrote was right on the day it ran.
        case migration
    }

    /// Its path from the root of the repository, with `/` between the parts.
    public let path: String
    /// Its language.
    public let language: SourceLanguage
    /// What it is there for, by its path.
    public let role: Role
    /// What is in it.
    public let bytes: [UInt8]

    /// Makes a file; nil where no language goes by that name.
    public init?(path: String, bytes: [UInt8]) {
        guard let language = SourceLanguage(fileName: path) else { return nil }
        self.path = path
        self.language = language
        self.bytes = bytes
        role = Self.role(of: path)
    }

    /// Makes a file from its text; nil where no language goes by that name.
    public init?(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }

    /// The same file by another name. What it is there for stays what its first name said.
    public func renamed(_ path: String) -> SourceFile {
        SourceFile(path: path, language: language, role: role, bytes: bytes)
    }

    private init(path: String, language: SourceLanguage, role: Role, bytes: [UInt8]) {
        self.path = path
        self.language = language
        self.role = role
        self.bytes = bytes
    }

    /// The text; what is no UTF-8 is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// A page with scripts in it.
    var isMarkup: Bool { path.hasSuffix(".vue") || path.hasSuffix(".svelte") }

    var tokens: TokenList { Lexer.tokens(of: bytes, language: language, isMarkup: isMarkup) }

    /// The lines that say `lockstep:ignore` in a comment.
    var ignoredLines: [SourcePlace] {
        let mark = Array("lockstep:ignore".utf8)
        guard bytes.firstRange(of: mark) != nil else { return [] }
        return tokens.comments.filter { $0.text.contains("lockstep:ignore") }.map {
            SourcePlace(file: path, line: $0.line)
        }
    }

    private static let asideFolders: Set<String> = [
        "test", "tests", "testing", "spec", "specs", "__tests__", "__mocks__", "__fixtures__", "fixtures",
        "fixture", "mocks", "mock", "testdata", "testutil", "testutils", "e2e", "examples", "example",
        "samples", "sample", "demo", "demos", "docs", "doc", "benchmarks", "benchmark", "bench", "stories",
        "storybook", "cypress", "playwright", "androidtest", "integration-tests", "test-utils", "snapshots",
        "test_utils", "_tests",
    ]

    private static let migrationFolders: Set<String> = [
        "migrations", "migration", "migrate", "versions", "db-migrations", "migrations_sql", "changelog",
    ]

    private static func role(of path: String) -> Role {
        let parts = path.lowercased().split(separator: "/").map(String.init)
        guard let file = parts.last else { return .code }
        let folders = parts.dropLast()
        if folders.contains(where: { asideFolders.contains($0) || $0.hasSuffix("tests") }) { return .aside }
        let stem = file.split(separator: ".").first.map(String.init) ?? file
        if stem.hasPrefix("test_") || stem.hasSuffix("_test") || stem.hasSuffix("_tests")
            || stem == "conftest"
            || stem.hasSuffix("_spec")
            || file.split(separator: ".").dropFirst().contains(where: {
                $0.hasSuffix("test") || $0.hasSuffix("spec")
            })
            || file.contains(".stories.") || file.contains(".mock.") || file.contains(".fixture.")
        {
            return .aside
        }
        // `OrderTests.swift`, `OrderTest.java`: told by the capital.
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let bare = name.split(separator: ".").first.map(String.init) ?? name
        if bare.hasSuffix("Tests") || bare.hasSuffix("Test") || bare.hasSuffix("Spec") || bare.hasSuffix("IT")
        {
            return .aside
        }
        if folders.contains(where: { migrationFolders.contains($0) }) { return .migration }
        return .code
    }
}
