import Lockstep
import LockstepTesting
import Testing

/// Lifecycles that must not be used, and the one sentence that says why.
@Suite struct AuditTests {
    struct Bad: Sendable, CustomStringConvertible {
        let description: String
        let definition: Definition
        let sentence: String
    }

    /// A sound lifecycle: queued → running → done, failed.
    private static func definition(
        initial: [String] = ["queued"], _ change: (inout [StatusRule]) -> Void
    ) -> Definition {
        var queued = StatusRule(name: "queued", kind: .queue, limit: .hours(1))
        queued.claimedAs = "running"
        queued.failure = "failed"
        var running = StatusRule(name: "running", kind: .work, limit: .minutes(5))
        running.moves = [DeclaredMove(to: "done")]
        running.failure = "failed"
        var statuses = [
            queued, running, StatusRule(name: "done", kind: .success, limit: .days(1)),
            StatusRule(name: "failed", kind: .failure, limit: .days(1)),
        ]
        change(&statuses)
        return Definition(name: "job", statuses: statuses, initial: initial)
    }

    static let bad: [Bad] = [
        Bad(
            description: "a move to nowhere",
            definition: definition { $0[1].moves = [DeclaredMove(to: "finished")] },
            sentence:
                "status 'running' moves to 'finished', which is not declared; add it or correct its name"),
        Bad(
            description: "a status that nothing reaches",
            definition: definition { $0.append(StatusRule(name: "paused", kind: .closed, limit: .days(1))) },
            sentence:
                "status 'paused' is never reached from 'queued'; add a move to it, make it initial, retire "
                + "it, or remove it"),
        Bad(
            description: "a status without a way to an end",
            definition: definition {
                $0[1].moves.append(DeclaredMove(to: "waiting"))
                var waiting = StatusRule(name: "waiting", kind: .wait, limit: .forever)
                waiting.event = "nothing"
                waiting.source = .person
                waiting.moves = [DeclaredMove(to: "waiting")]
                $0.append(waiting)
            }, sentence: "no way leads from status 'waiting' to an end; add a move towards 'done', 'failed'"),
        Bad(
            description: "an end that fails", definition: definition { $0[2].failure = "failed" },
            sentence: "status 'done' fails to 'failed', but it is an end; only what has not ended does"),
        Bad(
            description: "an end that is cancelled", definition: definition { $0[2].cancellation = "failed" },
            sentence:
                "status 'done' is cancelled to 'failed', but it is an end; only what has not ended does"),
        Bad(
            description: "an end with a late target", definition: definition { $0[2].late = "failed" },
            sentence: "status 'done' leads late to 'failed', but it is an end; only what has not ended does"),
        Bad(
            description: "work that is kept for a time", definition: definition { $0[1].then = "done" },
            sentence:
                "status 'running' expires to 'done', but it is a working status; only ends are kept for a "
                + "time; use a late target"),
        Bad(
            description: "work that queues", definition: definition { $0[1].claimedAs = "running" },
            sentence:
                "status 'running' queues for 'running', but it is a working status; only queues are claimed "
                + "as another status"),
        Bad(
            description: "an end that stands for another",
            definition: definition {
                $0[3].retiredAs = "done"
            },
            sentence:
                "status 'failed' stands for 'done', but it is an end; only retired names stand for others"
        ),
        Bad(
            description: "work without a time limit", definition: definition { $0[1].limit = .forever },
            sentence:
                "status 'running' may work for ever; give it a time limit (only queues and waits may say "
                + ".forever)"),
        Bad(
            description: "a deadline that leads nowhere", definition: definition { $0[0].failure = nil },
            sentence:
                "status 'queued' has a deadline that leads nowhere; say where by 'else', let it fail, or "
                + "say .forever"),
        Bad(
            description: "a cycle that could turn for ever",
            definition: definition { $0[1].moves.append(DeclaredMove(to: "queued")) },
            sentence:
                "the cycle queued → running → queued could turn for ever: status 'queued' must leave it by "
                + "a counted move (atMost:), a hold, or an event by a person"),
        Bad(
            description: "no initial status", definition: definition(initial: []) { _ in },
            sentence: "no status is initial; name at least one in which a job starts"),
        Bad(
            description: "a start at the end", definition: definition(initial: ["queued", "done"]) { _ in },
            sentence: "initial status 'done' is an end; start in a status that leads somewhere"),
        Bad(
            description: "a queue for a queue", definition: definition { $0[0].claimedAs = "done" },
            sentence: "status 'queued' queues for 'done', which is an end; queue for a working status"),
        Bad(
            description: "work that leads nowhere", definition: definition { $0[1].moves = [] },
            sentence: "status 'running' works but declares no move; say where its result leads"),
        Bad(
            description: "a status declared twice", definition: definition { $0.append($0[2]) },
            sentence: "status 'done' is declared twice; remove one of the two"),
        Bad(
            description: "an undeclared hold",
            definition: definition { $0[1].moves.append(DeclaredMove(to: "queued", holding: "question")) },
            sentence: "the move from 'running' to 'queued' puts the hold 'question', which 'queued' does not "
                + "declare; declare it there"),
        Bad(
            description: "a cycle that turns when a hold runs out",
            definition: definition {
                $0[0].holds = [Hold(name: "question", limit: .minutes(1), late: "running")]
                $0[1].moves.append(DeclaredMove(to: "queued", holding: "question"))
            },
            sentence: "the cycle running → running could turn for ever: status 'running' must leave it by a "
                + "counted move (atMost:), a hold, or an event by a person"),
        Bad(
            description: "a deadline that runs into a need",
            definition: definition {
                $0[1].needs = [.upload("video")]
            },
            sentence:
                "status 'queued' leads by claim to 'running', which needs 'upload:video'; put the need on "
                + "'queued' as well, or lead elsewhere"),
        Bad(
            description: "a shown column that every table has",
            definition: definition { $0[1].shows = ["status": "BUSY"] },
            sentence:
                "status 'running' shows a column 'status', which a table of jobs cannot have beside its own; "
                + "use another name of lower-case letters, digits and '_'"),
        Bad(
            description: "a pause without a bound",
            definition: definition {
                let backoff = Backoff(first: .seconds(1), factor: -5, longest: .hours(1), jitter: true)
                $0[1].retry = RetryPolicy(backoff: backoff, attempts: 80)
            },
            sentence:
                "status 'running' retries with a pause that has no bound; use a factor from 1 to 1000 and "
                + "pauses that end"),
        Bad(
            description: "no attempts",
            definition: definition { $0[1].retry = RetryPolicy(backoff: .immediate, attempts: 0) },
            sentence: "status 'running' allows 0 attempts; allow at least 1"),
        Bad(
            description: "retries where nobody works",
            definition: definition { $0[0].retry = RetryPolicy(backoff: .immediate, attempts: 2) },
            sentence: "status 'queued' retries but no worker works in it; move retries to the working status"),
    ]

    @Test(arguments: bad)
    func isRefused(_ bad: Bad) {
        #expect(bad.definition.audit() == [bad.sentence])
        #expect(throws: AuditError.self) { try bad.definition.audited() }
    }

    @Test func soundLifecyclesPass() {
        #expect(Self.definition { _ in }.audit() == [])
        #expect(Definition(Parcel.self).audit() == [])
        #expect(Definition(Footage.self).audit() == [])
    }

    @Test func theLongestTimeIsTheSumAlongTheSlowestPath() {
        let time = Self.definition { _ in }.longestTime()
        #expect(time.path == ["queued", "running", "done"] || time.path == ["queued", "running", "failed"])
        #expect(time.limit == .minutes(65))
        #expect(Definition(Parcel.self).longestTime().endless == "review")
        let counted = Self.definition {
            $0[1].moves.append(DeclaredMove(to: "slow", atMost: 1))
            var slow = StatusRule(name: "slow", kind: .wait, limit: .days(30))
            slow.event = "the moon"
            slow.source = .system
            slow.moves = [DeclaredMove(to: "done")]
            slow.failure = "failed"
            $0.append(slow)
        }.longestTime()
        #expect(counted.limit >= .days(30) && counted.countedMoves == 1)
    }

    @Test func memoryStoreRefusesABadDefinition() async {
        await #expect(throws: AuditError.self) {
            try await MemoryStore().install(Self.bad.map(\.definition))
        }
    }
}
