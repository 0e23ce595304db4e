import Lockstep
import LockstepSQL
import Testing

/// What follows from what a process knows and what a database has, for every small case.
@Suite struct SchemaLedgerTests {
    private static func known(_ count: Int, wayBackFrom lowest: Int = 2) -> [SchemaMigration] {
        (1..<count + 1).map { number -> SchemaMigration in
            let down: @Sendable (SchemaScope) -> [MigrationStatement] = { _ in [.run("down \(number)")] }
            return SchemaMigration(
                number, "m\(number)", breaksBefore: 1, up: { _ in [.run("up \(number)")] },
                down: number < lowest ? nil : down)
        }
    }

    private static func applied(_ count: Int, breaks: [Int] = []) -> [AppliedMigration] {
        (0..<count).map { index in
            AppliedMigration(
                number: index + 1, name: "m\(index + 1)",
                breaksBefore: breaks.indices.contains(index) ? breaks[index] : 1,
                appliedAt: Timestamp(microseconds: 0), appliedBy: "test")
        }
    }

    private static func ledger(_ known: Int, _ applied: Int, breaks: [Int] = []) -> SchemaLedger {
        SchemaLedger(
            known: Self.known(known), applied: Self.applied(applied, breaks: breaks), place: "'x'")
    }

    private static func reason<Result>(_ body: () throws -> Result) -> SchemaRefusal.Reason? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? SchemaRefusal)?.reason
        }
    }

    /// All ways to choose for each applied migration the layout before which it breaks.
    private static func breaks(_ applied: Int) -> [[Int]] {
        (0..<applied).reduce([[]]) { lists, index in
            lists.flatMap { list in (1...index + 1).map { list + [$0] } }
        }
    }

    @Test func whoMayWorkBesideWhat() throws {
        for known in 1...4 {
            for applied in 0...5 {
                for breaks in Self.breaks(applied) {
                    let ledger = Self.ledger(known, applied, breaks: breaks)
                    let mayWork = breaks.dropFirst(known).allSatisfy { $0 <= known }
                    guard mayWork else {
                        #expect(Self.reason(ledger.standing) == .isAhead)
                        #expect(Self.reason(ledger.check) == .isAhead)
                        #expect(Self.reason { try ledger.plan(to: nil) } == .isAhead)
                        #expect(Self.reason { try ledger.checkInstalling("a") } == .isAhead)
                        continue
                    }
                    let wanted: SchemaLedger.Standing =
                        applied < known ? .behind : applied == known ? .current : .ahead
                    #expect(try ledger.standing() == wanted)
                    #expect(Self.reason(ledger.check) == (wanted == .behind ? .isBehind : nil))
                    let installing: SchemaRefusal.Reason? =
                        switch wanted {
                        case .behind: .isBehind
                        case .current: nil
                        case .ahead: .cannotInstall
                        }
                    #expect(Self.reason { try ledger.checkInstalling("a") } == installing)
                }
            }
        }
    }

    @Test func everyPlanLeadsWhereItShould() throws {
        for known in 1...5 {
            for applied in 0...known + 2 {
                let ledger = Self.ledger(known, applied)
                for target in -1...known + 2 {
                    let isReachable =
                        (0...known).contains(target) && applied <= known && (target >= 1 || applied == target)
                    guard isReachable else {
                        #expect(
                            Self.reason { try ledger.plan(to: target) } == .noWay,
                            "\(known) \(applied) \(target)")
                        #expect(Self.reason { try ledger.next(to: target) } == .noWay)
                        continue
                    }
                    #expect(try Self.follow(known, from: applied, to: target) == target)
                }
                #expect(try Self.follow(known, from: applied, to: nil) == max(known, applied))
            }
        }
    }

    /// Takes one step after the other, and checks that they are those of the plan.
    private static func follow(_ known: Int, from applied: Int, to target: Int?) throws -> Int {
        var layout = applied
        let plan = try ledger(known, layout).plan(to: target)
        for planned in plan {
            let ledger = ledger(known, layout)
            #expect(try ledger.next(to: target) == planned)
            let text: String
            switch planned.direction {
            case .up:
                layout += 1
                #expect(planned.number == layout)
                text = "up \(planned.number)"
            case .down:
                #expect(planned.number == layout)
                layout -= 1
                text = "down \(planned.number)"
            }
            #expect(ledger.statements(of: planned, in: SchemaScope(definitions: [])) == [.run(text)])
        }
        #expect(try ledger(known, layout).next(to: target) == nil)
        return layout
    }

    @Test func whatHasNoWayBackStopsTheWayBeforeItsFirstStep() {
        let ledger = SchemaLedger(
            known: Self.known(4, wayBackFrom: 4), applied: Self.applied(4), place: "'x'")
        #expect(Self.reason { try ledger.plan(to: 1) } == .noWay)
        #expect(Self.reason { try ledger.plan(to: 3) } == nil)
    }

    @Test func holesAndOtherNamesAreRefused() {
        var list = Self.applied(3)
        list.remove(at: 1)
        let hole = SchemaLedger(known: Self.known(3), applied: list, place: "'x'")
        #expect(Self.reason(hole.standing) == .wentApart)
        #expect(Self.reason { try hole.plan(to: 1) } == .wentApart)
        let other = AppliedMigration(
            number: 2, name: "theirs", breaksBefore: 1, appliedAt: Timestamp(microseconds: 0),
            appliedBy: "test")
        let apart = SchemaLedger(known: Self.known(3), applied: [Self.applied(1)[0], other], place: "'x'")
        #expect(Self.reason(apart.standing) == .wentApart)
    }

    @Test func refusalsSayWhatWouldBeRight() {
        func words<Result>(_ body: () throws -> Result) -> String? {
            do {
                _ = try body()
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(
            words(Self.ledger(2, 1).check)
                == "'x' has layout 1 and this version needs 2 (migration 2, 'm2', is not applied); run 'lockstep migrate'"
        )
        #expect(
            words(Self.ledger(1, 3, breaks: [1, 2, 1]).standing)
                == "'x' has layout 3, and its migration 2 ('m2') needs processes that know layout 2; this one knows 1: "
                + "use a newer version")
        #expect(
            words { try Self.ledger(2, 2).plan(to: 0) }
                == "migration 1 ('m1') of 'x' has no way back; layout 1 is the lowest that can be reached")
        #expect(
            words { try Self.ledger(2, 2).plan(to: 9) }
                == "there is no layout 9; this version knows layouts 1 to 2")
    }

    @Test func theListHoldsWhatIsKnownAndWhatIsApplied() {
        let states = Self.ledger(2, 3).states
        #expect(states.map(\.number) == [1, 2, 3])
        #expect(states.map(\.isKnown) == [true, true, false])
        #expect(states.map(\.hasWayBack) == [false, true, false])
        #expect(Self.ledger(3, 1).states.map { $0.applied != nil } == [true, false, false])
    }
}
