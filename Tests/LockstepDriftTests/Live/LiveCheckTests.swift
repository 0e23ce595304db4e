import Lockstep
import LockstepSources
import LockstepDrift
import Testing

/// Every class of findings: found where it is, and not where it is not.
@Suite struct LiveCheckTests {
    /// A class on one of the databases.
    struct Case: Sendable, CustomStringConvertible {
        let kind: OrderBench.Kind
        let example: LiveExample
        var description: String { "\(kind) \(example)" }

        static let all = OrderBench.Kind.allCases.flatMap { kind in
            LiveExample.all.compactMap { example in
                (kind == .postgres ? example.postgres : example.sqlite).map { _ in
                    Case(kind: kind, example: example)
                }
            }
        }
        var wrong: [String] { (kind == .postgres ? example.postgres : example.sqlite) ?? [] }
        var right: [String] { kind == .postgres ? example.rightPostgres : example.rightSQLite }
    }

    @Test(arguments: OrderBench.Kind.allCases)
    func nothingIsFoundInAGuardedTable(_ kind: OrderBench.Kind) async throws {
        let bench = try await OrderBench(kind)
        #expect(try await bench.findings() == [])
    }

    @Test func thereIsAnExampleOfEveryClass() {
        #expect(Set(LiveExample.all.map(\.type)) == Set(Finding.Class.allCases))
    }

    @Test(arguments: Case.all) func whatIsWrongIsFound(_ item: Case) async throws {
        let bench = try await OrderBench(item.kind)
        try await bench.run(item.wrong)
        let found = try await bench.findings(in: nil, item.example.change)
        let ours = found.filter { $0.type == item.example.type }
        #expect(!ours.isEmpty, "\(found.map(\.message))")
        let text = ours.map { "\($0.message) \($0.fix) \($0.places)" }.joined(separator: "\n")
        for piece in item.example.says { #expect(text.contains(piece), "\(text)") }
    }

    @Test(arguments: Case.all.filter { !$0.right.isEmpty })
    func whatIsRightIsNot(_ item: Case) async throws {
        let bench = try await OrderBench(item.kind)
        try await bench.run(item.right)
        var found = try await bench.findings(in: nil, item.example.change)
        found.removeAll { $0.type != item.example.type }
        #expect(found == [], "\(found.map(\.message))")
    }
}
