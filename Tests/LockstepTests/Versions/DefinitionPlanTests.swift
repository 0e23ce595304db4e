import Foundation
import Lockstep
import Testing

/// The steps from one version to the next, as people read them.
@Suite struct DefinitionPlanTests {
    private static let plan = DefinitionPlan(from: Definition(OldLetter.self), to: Definition(NewLetter.self))

    private static func words(_ phase: DefinitionPlan.Step.Phase) -> [String] {
        plan.steps.filter { $0.phase == phase }.map {
            "\($0.safety.rawValue): \($0.sentence)" + ($0.condition.map { " (\($0))" } ?? "")
        }
    }

    @Test func equalVersionsNeedNoStep() {
        let plan = DefinitionPlan(from: Definition(OldLetter.self), to: Definition(OldLetter.self))
        #expect(plan.steps.isEmpty && plan.faults.isEmpty)
    }

    @Test func stepsComeInTheirOrder() {
        let order = DefinitionPlan.Step.Phase.allCases
        let places = Self.plan.steps.compactMap { order.firstIndex(of: $0.phase) }
        #expect(places == places.sorted() && Set(places).count == 4)
        #expect(Self.plan.faults.isEmpty)
    }

    @Test func whatComesIsAcceptedFirst() {
        #expect(
            Self.words(.expand) == ["safe: the tables accept the status 'franking'; no job can enter it yet"])
    }

    @Test func theNewVersionLeavesToTheOldOneWhatItWouldDoOtherwise() {
        #expect(
            Self.words(.deploy) == [
                "safe: processes of the new version start beside the others; they go by the old rules, and leave "
                    + "'writing' to the others",
                "safe: the processes of the version before end",
            ])
    }

    @Test func activationSaysWhatRefusesItAndWhatNothingRefuses() {
        #expect(
            Self.words(.activate) == [
                "guarded: jobs may enter 'franking' (every live worker of the lifecycle knows 'franking')",
                "safe: the move from 'lost' to 'queued' is allowed",
                "guarded: the move from 'writing' to 'stamping' is allowed no more (no live worker is of the "
                    + "version before)",
                "safe: jobs may start in 'franking'",
                "safe: jobs in 'queued' may stay for 3h instead of 1h, those that are there too",
                "safe: the rules of 'lost' change",
                "careful: nobody of the new version works in 'stamping', which goes (the version before has emptied "
                    + "it; or keep it one version longer, with nothing leading to it)",
            ])
    }

    @Test func whatGoesIsTakenAwayLast() {
        #expect(
            Self.words(.contract) == ["guarded: the tables accept 'stamping' no more (no job is in it)"])
    }

    @Test func aShownColumnIsMadeAnew() {
        var statuses = Definition(OldLetter.self).statuses
        statuses[0].shows = ["place": "here"]
        let target = Definition(name: "letter", statuses: statuses, initial: ["queued"])
        let plan = DefinitionPlan(from: Definition(OldLetter.self), to: target)
        #expect(
            plan.steps.contains { $0.phase == .activate && $0.sentence == "the column 'place' is made anew" })
    }

    @Test func rulesThatDoNotGoTogetherAreFaults() {
        // 'stamping' goes and leads to 'sent', which becomes an old name in the same step.
        var statuses = Definition(NewLetter.self).statuses
        for index in statuses.indices {
            if statuses[index].name == "sent" {
                statuses[index] = StatusRule(name: "sent", kind: .retired, limit: .forever)
                statuses[index].retiredAs = "posted"
            }
            statuses[index].moves = statuses[index].moves.map {
                DeclaredMove(to: $0.to == "sent" ? "posted" : $0.to)
            }
        }
        statuses.append(StatusRule(name: "posted", kind: .success, limit: .days(1)))
        let target = Definition(name: "letter", statuses: statuses, initial: ["queued"])
        #expect(target.audit() == [])
        let plan = DefinitionPlan(from: Definition(OldLetter.self), to: target)
        #expect(
            plan.faults.count == 1 && plan.faults[0].contains("status 'stamping' moves to 'sent'"),
            "\(plan.faults)")
    }

    @Test func aLifecycleKeepsItsName() {
        let target = Definition(
            name: "card", statuses: Definition(NewLetter.self).statuses, initial: ["queued"])
        let plan = DefinitionPlan(from: Definition(OldLetter.self), to: target)
        #expect(plan.faults == ["'letter' cannot become 'card'; a lifecycle keeps its name"])
    }

    @Test func programsReadTheSameSteps() throws {
        let first = try #require(Self.plan.steps.first)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(first), as: UTF8.self)
                == #"{"phase":"expand","safety":"safe","sentence":"the tables accept the status 'franking'; no job can enter it yet","status":"franking"}"#
        )
    }
}
