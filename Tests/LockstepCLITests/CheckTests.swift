import Foundation
import Lockstep
import LockstepTesting
import Testing

/// `lockstep check` and `lockstep adopt`, as a build runs them.
@Suite struct CheckTests {
    private static let files = [
        "db/1.sql":
            "CREATE TABLE orders (id int, status text NOT NULL DEFAULT 'new' CONSTRAINT orders_ck CHECK (status IN ('new', 'paid', 'sent')));\n",
        "src/app.ts":
            "export type OrderStatus = 'new' | 'paid' | 'sent' | 'lost'\nconst transitions = { new: ['paid'], paid: ['sent'], sent: [] }\n",
    ]

    private func shop(_ change: (inout [String: String]) -> Void = { _ in }) throws -> (Tool, Scratch) {
        let scratch = try Scratch()
        var files = Self.files
        change(&files)
        for (name, text) in files {
            let file = URL(filePath: scratch.path(name))
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return (Tool(scratch: scratch, database: ""), scratch)
    }

    @Test func aBuildFailsOnWhatIsSureAndPassesWhenItIsMended() async throws {
        let (tool, scratch) = try shop()
        let run = try await tool.run("check")
        #expect(run.code == 1)
        #expect(run.out.contains("✗ orders.status ‘lost’  D1 error"))
        #expect(run.out.contains("violates check constraint \"orders_ck\" (SQLSTATE 23514)"))
        let named = try await tool.run("check", "--schema", "db", "src", "--json")
        let findings = try #require(try named.json()["findings"]).items
        #expect(findings.map(\.["where"]?.text) == ["src/app.ts:1"])
        #expect(findings.map(\.["confidence"]?.text) == ["high"])
        #expect(named.code == 1)

        try Self.files["db/1.sql", default: ""].replacing("'sent'", with: "'sent', 'lost'")
            .write(toFile: scratch.path("db/1.sql"), atomically: true, encoding: .utf8)
        let mended = try await tool.run("check")
        #expect(mended.code == 0)
        #expect(mended.out == "✓ nothing disagrees  (2 files, 1 column with statuses)\n")
    }

    @Test func aBaselineAndACommentSilence() async throws {
        let (tool, scratch) = try shop()
        #expect(try await tool.run("check", "--write-baseline", "known.json").code == 0)
        let run = try await tool.run("check", "--baseline", "known.json", "--format", "github")
        #expect(
            run.code == 0
                && run.out
                    == "✓ nothing new disagrees, 1 known from the baseline  (3 files, 1 column with statuses)\n",
            "\(run)")
        let broken = try await tool.run("check", "--baseline", "db/1.sql")
        #expect(broken.code == 2 && broken.errors.contains("'db/1.sql' is no baseline"))

        try ("// lockstep:ignore\n" + Self.files["src/app.ts", default: ""])
            .write(toFile: scratch.path("src/app.ts"), atomically: true, encoding: .utf8)
        #expect(try await tool.run("check").code == 0)
    }

    @Test func whatIsAdoptedIsDeclaredAndHeldAgainst() async throws {
        let (tool, scratch) = try shop()
        #expect(try await tool.run("adopt", "--column", "orders.status", "--output", "orders.yaml").code == 0)
        let text = try String(contentsOfFile: scratch.path("orders.yaml"), encoding: .utf8)
        #expect(
            text.contains(
                "paid: {waits_for: the application, within: forever, never_fails: true, moves_to: [sent]}"))
        #expect(try await tool.run("audit", "orders.yaml").code == 0)
        let again = try await tool.run("adopt", "--output", "orders.yaml")
        #expect(again.code == 2 && again.errors.contains("is there already"))

        let run = try await tool.run("check", "--declaration", "orders.yaml", "--json")
        #expect(run.code == 1)
        #expect(try #require(try run.json()["findings"]).items.map(\.["class"]?.text) == ["D4"])
        try text.replacing("  paid:", with: "  payed: {closes: 1d}\n  paid:")
            .write(toFile: scratch.path("orders.yaml"), atomically: true, encoding: .utf8)
        let declared = try await tool.run("check", "--declaration", "orders.yaml", "db")
        #expect(declared.code == 1)
        #expect(declared.out.contains("✗ orders.status ‘payed’  D1 error\n    orders.yaml:"))
    }

    /// One sentence, and an exit code that is not that of a finding.
    @Test(arguments: [
        (["check", "gone"], "There is no file or folder ‘"),
        (["check", "--schema", "gone"], "There is no file"),
        (["check", "src"], "no schema was found among the sources"),
        (["check", "--declaration", "gone.yaml"], "'gone.yaml' cannot be read"),
        (["check", "--declaration", "plain.yaml"], "does not say which column has the statuses of 'plain'"),
        (["check", "--declaration", "plain.yaml", "--column", "x"], "--column 'x' names no column"),
        (["check", "--json", "--format", "sarif"], "exclude each other"),
        (["check", "--confidence", "sure"], "sure"),
        (["adopt", "--column", "orders.state"], "no statuses of 'orders.state' were found"),
        (["adopt", "src"], "no column with statuses was found"),
    ])
    func whatCannotBeReadIsSaid(_ arguments: [String], _ sentence: String) async throws {
        let (tool, _) = try shop {
            $0["plain.yaml"] =
                "lifecycle: plain\ninitial: new\nfailure: lost\nstatuses:\n  new: {waits_for: it, within: 1h, moves_to: lost}\n  lost: {fails: 1d}\n"
        }
        let run = try await tool.run(arguments) { _ in }
        #expect(run.code == 2)
        #expect(run.errors.contains(sentence), "\(run.errors)")
        #expect(run.out.isEmpty)
    }

    /// Whatever else a declaration says, `--column` says what it is for.
    @Test func aStoredDefinitionIsTiedToAColumn() async throws {
        let (tool, scratch) = try shop()
        let definition = Definition(
            name: "orders",
            statuses: [
                StatusRule(name: "new", kind: .wait, limit: .forever),
                StatusRule(name: "over", kind: .success, limit: .forever),
            ], initial: ["new"])
        try definition.canonicalJSON().write(
            toFile: scratch.path("orders.json"), atomically: true, encoding: .utf8)
        let run = try await tool.run(
            "check", "--declaration", "orders.json", "--column", "public.orders.status", "db", "--json")
        let findings = try #require(try run.json()["findings"]).items
        #expect(
            findings.map { "\($0["class"]?.text ?? "") \($0["value"]?.text ?? "")" }
                == ["D1 over", "D2 paid", "D2 sent"])
    }
}
