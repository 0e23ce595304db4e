import Lockstep
import LockstepSQL
import Testing

@testable import Expenses

@Suite struct LifecycleTests {
    private static let definition = Definition(ExpenseSession.self)

    @Test func itsMovesAreThoseOfTheSpecification() throws {
        let definition = try Self.definition.audited()
        var found: [String: Set<String>] = [:]
        for from in definition.names {
            found[from] = Set(definition.names.filter { definition.edge(from: from, to: $0) != nil })
        }
        #expect(
            found == [
                "processing": ["extracting", "matching", "completed", "failed"],
                "extracting": ["matching", "completed", "failed"], "matching": ["completed", "failed"],
                "completed": ["expired"], "failed": ["processing", "expired"], "expired": [],
            ])
    }

    @Test func onlyARetryLeadsBackAndOnlyRetentionToTheEnd() {
        #expect(
            Self.definition.edge(from: "failed", to: "processing")?.causes.keys.map(\.self) == [.reopening])
        for end in ["completed", "failed"] {
            #expect(Self.definition.edge(from: end, to: "expired")?.causes.keys.map(\.self) == [.retention])
            #expect(Self.definition.rule(for: end)?.limit == .days(90))
        }
    }

    @Test func theConstraintHasItsName() {
        #expect(TableNames(ExpenseSession.name).statusCheck == "chk_sessions_status")
    }

    @Test func whatIsTenMinutesInAWorkingStatusIsStuck() {
        for status in ["processing", "extracting", "matching"] {
            #expect(Self.definition.rule(for: status)?.stuckAfter == .minutes(10))
        }
    }
}
