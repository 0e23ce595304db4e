import ExpenseStatements
import Foundation
import Lockstep
import LockstepTesting

/// What a made file says, by the file beside it; `Tests/Statements/README.md` says what it counts.
struct TruthFile: Decodable, Sendable {
    struct Row: Decodable, Hashable, Sendable {
        var date: String
        var merchant: String
        var amount: String
    }
    struct Listed: Decodable, Sendable {
        struct Original: Decodable, Sendable {
            var amount: String
            var currency: String
        }
        var date: String
        var merchant: String
        var amount: String
        var holder: String
        var page: Int
        var original: Original?
        var rate: String?

        var row: Row { Row(date: date, merchant: merchant, amount: amount) }
    }
    struct Holder: Decodable, Sendable {
        var name: String
        var last4: String
        var employee: String?
        var known: String
    }
    struct Total: Decodable, Sendable {
        var scope: String
        var holder: String?
        var printed: String
        var `true`: String
    }
    struct Purchase: Decodable, Sendable {
        var file: String
        var date: String
        var merchant: String
        var amount: String
    }

    var file: String
    var kind: String
    var layout: String?
    var currency: String?
    var pages: Int?
    var holders: [Holder]?
    var transactions: [Listed]?
    var totals: [Total]?
    // Of a receipt.
    var date: String?
    var merchant: String?
    var total: String?
    var of: Purchase?
    // Of a file that is meant to fool.
    var expects: String?
    var why: String?

    /// All truths of a folder, by name.
    static func all(in folder: String) throws -> [TruthFile] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") && $0 != "directory.json" }.sorted()
            .map {
                try JSONDecoder().decode(
                    TruthFile.self, from: Data(contentsOf: URL(filePath: "\(folder)/\($0)")))
            }
    }

    /// The employees of a folder.
    static func directory(in folder: String) throws -> [Employee] {
        try JSONDecoder().decode(
            [Employee].self, from: Data(contentsOf: URL(filePath: "\(folder)/directory.json")))
    }

    /// The folder of the repository.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Makes files by the project's generator.
    static func make(in folder: String, _ options: String...) async throws {
        let child = try ChildProcess(
            URL(filePath: "/bin/bash"), ["\(root)/scripts/make-statements", folder] + options, in: root,
            complaints: .withOutput)
        let said = await child.text()
        guard await child.ended() == .exited(0) else {
            throw Unexpected(description: "no statements were made: \(said)")
        }
    }
}
