import LockstepFiles
import Testing

/// The columns that a file says its lifecycle is for.
@Suite struct GuardedNameTests {
    private func read(_ guards: String) throws -> [GuardedName] {
        try DefinitionFile.read(
            yaml: """
                lifecycle: orders
                \(guards)
                initial: new
                failure: lost
                statuses:
                  new: {waits_for: it, within: 1h, moves_to: lost}
                  lost: {fails: 1d}
                """, named: "orders.yaml")[0].guards
    }

    @Test func oneSeveralOrNone() throws {
        #expect(try read("cancellation: lost") == [])
        #expect(try read("guards: orders.status") == [GuardedName(table: "orders", column: "status")])
        #expect(
            try read("guards: [orders.status, sales.old.state]").map(\.description)
                == ["orders.status", "sales.old.state"])
    }

    @Test(arguments: ["orders", "a.b.c.d", "orders.", "''"])
    func whatNamesNoColumnIsRefused(_ text: String) throws {
        let fault = try #require(throws: FileFault.self) { try read("guards: \(text)") }
        #expect(fault.line == 2)
        #expect(fault.sentence.contains("such as orders.status"))
    }
}
