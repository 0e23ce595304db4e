import LockstepTesting
import Testing

@testable import Lockstep

/// The worker's machine without a store, a task or a clock.
@Suite struct WorkerMachineTests {
    let start = Timestamp(microseconds: 1_000_000_000)

    func machine(concurrency: Int = 4) -> WorkerMachine {
        WorkerMachine(
            options: WorkerOptions(concurrency: concurrency, lease: .seconds(15), grace: .seconds(10)),
            statuses: ["parcel": ["packing"]], worker: WorkerID("w"), host: "test", now: start)
    }

    /// A machine that has announced itself and has its first claim under way.
    func working(concurrency: Int = 4) -> WorkerMachine {
        var machine = machine(concurrency: concurrency)
        _ = machine.handle(.tick, at: start)
        _ = machine.handle(.beaten(HeartbeatReply(isAlive: true, held: [:])), at: start)
        return machine
    }

    func job(_ number: Int, fence: Int64 = 1) -> JobRecord {
        var record = JobRecord(
            id: JobID(stored: "job-\(number)"), lifecycle: "parcel", status: "packing", input: "{}",
            now: start)
        record.fence = fence
        record.claimedBy = WorkerID("w")
        return record
    }

    func finish(_ record: JobRecord) -> WorkerMachine.Event {
        var command = Command(.move(to: "labelling"), job: record.id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: record.fence)
        return .finished(command)
    }

    func words(_ actions: [WorkerMachine.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .claim(let request): "claim \(request.limit)"
            case .run(let record): "run \(record.id)"
            case .cancel(let job, let why): "cancel \(job) \(why)"
            case .apply(let commands): "apply \(commands.map { $0.job.text }.joined(separator: " "))"
            case .beat(let heartbeat): heartbeat.isLast ? "goodbye" : heartbeat.isFirst ? "hello" : "beat"
            case .sweep: "sweep"
            case .end: "end"
            }
        }
    }

    @Test func itAnnouncesItselfBeforeItClaims() {
        var machine = machine()
        #expect(words(machine.handle(.tick, at: start)) == ["hello"])
        #expect(words(machine.handle(.woke, at: start)) == [])
        let alive = WorkerMachine.Event.beaten(HeartbeatReply(isAlive: true, held: [:]))
        #expect(words(machine.handle(alive, at: start)) == ["claim 4", "sweep"])
    }

    @Test func aClockThatIsSetBackStopsNothing() {
        let ahead = start + .seconds(3600)
        var machine = machine()
        _ = machine.handle(.tick, at: ahead)
        _ = machine.handle(.beaten(HeartbeatReply(isAlive: true, held: [:])), at: ahead)
        _ = machine.handle(.claimed([]), at: ahead)
        _ = machine.handle(.swept(hasMore: false), at: ahead)
        #expect(words(machine.handle(.tick, at: start)) == [])
        #expect(machine.nextTick.map { $0 <= start + .seconds(5) } ?? false)
        let later = words(machine.handle(.tick, at: start + .seconds(60)))
        #expect(later.contains("beat") && later.contains("claim 4") && later.contains("sweep"))
        _ = machine.handle(.stop, at: start + .seconds(60))
        _ = machine.handle(.tick, at: start)
        #expect(machine.phase == .stopping(until: start + .seconds(10)))
    }

    @Test func itClaimsNoMoreThanItCanRun() {
        var machine = working()
        let actions = machine.handle(.claimed([job(1), job(2), job(3)]), at: start)
        #expect(words(actions) == ["run job-1", "run job-2", "run job-3", "claim 1"])
        #expect(words(machine.handle(.claimed([job(4)]), at: start)) == ["run job-4"])
        #expect(words(machine.handle(.woke, at: start)) == [])
        #expect(words(machine.handle(finish(job(2)), at: start)) == ["apply job-2", "claim 1"])
    }

    @Test func whatFinishesDuringAWriteGoesOutTogether() {
        var machine = working()
        _ = machine.handle(.claimed([job(1), job(2), job(3), job(4)]), at: start)
        #expect(words(machine.handle(finish(job(1)), at: start)) == ["apply job-1", "claim 1"])
        #expect(words(machine.handle(finish(job(2)), at: start)) == [])
        #expect(words(machine.handle(finish(job(3)), at: start)) == [])
        let written = machine.handle(.applied([], []), at: start)
        #expect(words(written) == ["apply job-2 job-3"])
    }

    @Test func aWriteOfUnknownOutcomeIsAskedAgain() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        guard case .apply(let commands) = machine.handle(finish(job(1)), at: start).first else {
            Issue.record("nothing was written")
            return
        }
        #expect(words(machine.handle(.applied(commands, nil), at: start)) == [])
        #expect(words(machine.handle(.tick, at: start + .milliseconds(500))) == [])
        #expect(words(machine.handle(.tick, at: start + .seconds(1))).contains("apply job-1"))
    }

    @Test func aLostClaimCancelsItsHandlerAndMutesIt() {
        var machine = working()
        _ = machine.handle(.claimed([job(1), job(2)]), at: start)
        let later = start + .seconds(5)
        #expect(words(machine.handle(.tick, at: later)).contains("beat"))
        let reply = HeartbeatReply(isAlive: true, held: [job(2).id: 1])
        #expect(words(machine.handle(.beaten(reply), at: later)).contains("cancel job-1 lost"))
        #expect(words(machine.handle(finish(job(1)), at: later)) == [])
    }

    @Test func aClaimThatCameDuringTheHeartbeatIsNotTakenForLost() {
        var machine = working()
        let later = start + .seconds(5)
        _ = machine.handle(.tick, at: later)
        _ = machine.handle(.claimed([job(1)]), at: later)
        let reply = HeartbeatReply(isAlive: true, held: [:])
        #expect(!words(machine.handle(.beaten(reply), at: later)).contains("cancel job-1 lost"))
    }

    @Test func aWorkerTakenForDeadBeginsAnewUnderAnotherName() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        _ = machine.handle(.tick, at: start + .seconds(5))
        let actions = machine.handle(
            .beaten(HeartbeatReply(isAlive: false, held: [:])), at: start + .seconds(5))
        #expect(words(actions) == ["cancel job-1 lost", "hello"])
        #expect(machine.worker == WorkerID("w~1"))
    }

    @Test func aStopLetsHandlersFinishThenGivesTheRestBack() {
        var machine = working()
        _ = machine.handle(.claimed([job(1), job(2)]), at: start)
        _ = machine.handle(.claimed([]), at: start)
        #expect(words(machine.handle(.stop, at: start)) == [])
        #expect(words(machine.handle(.woke, at: start)) == [])
        #expect(words(machine.handle(finish(job(1)), at: start)) == ["apply job-1"])
        _ = machine.handle(.applied([], []), at: start)
        let late = start + .seconds(10)
        let actions = words(machine.handle(.tick, at: late))
        #expect(actions.contains("cancel job-2 shutdown"))
        var back = Command(.yield, job: job(2).id, of: "parcel", by: .worker("w"))
        back.claim = Claim(worker: WorkerID("w"), fence: 1)
        _ = machine.handle(.beaten(HeartbeatReply(isAlive: true, held: [job(2).id: 1])), at: late)
        #expect(words(machine.handle(.finished(back), at: late)) == ["apply job-2"])
        #expect(words(machine.handle(.applied([], []), at: late)) == ["goodbye"])
        #expect(words(machine.handle(.beaten(nil), at: late)) == ["end"])
        #expect(machine.nextTick == nil)
    }

    @Test func aRefusedResultParksTheJobAndALostOneDoesNot() throws {
        var command = Command(.move(to: "nowhere"), job: job(1).id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: 1)
        let refusal = Refusal(.undeclaredStatus, "no")
        let consequence = try #require(WorkerMachine.consequence(of: refusal, for: command))
        guard case .fail(let failure) = consequence.change else {
            Issue.record("the consequence is no failure")
            return
        }
        #expect(failure.audience == .adminRequired)
        #expect(consequence.claim == command.claim)
        #expect(WorkerMachine.consequence(of: Refusal(.staleClaim, "late"), for: command) == nil)
    }

    @Test func reportsAreMergedAndHeldBack() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        func report(_ progress: Int) -> WorkerMachine.Event {
            var command = Command(
                .report(progress: progress, detail: nil), job: job(1).id, of: "parcel", by: .worker("w"))
            command.claim = Claim(worker: WorkerID("w"), fence: 1)
            return .reported(command)
        }
        #expect(words(machine.handle(report(1), at: start)) == ["apply job-1"])
        _ = machine.handle(.applied([], []), at: start)
        #expect(words(machine.handle(report(2), at: start)) == [])
        #expect(words(machine.handle(report(3), at: start)) == [])
        #expect(words(machine.handle(.tick, at: start + .milliseconds(200))) == ["apply job-1"])
    }

    @Test func aStopEndsAlthoughTheWorkerWasTakenForDead() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        _ = machine.handle(.tick, at: start + .seconds(5))
        _ = machine.handle(.stop, at: start + .seconds(5))
        _ = machine.handle(.claimed([]), at: start + .seconds(5))
        let dead = machine.handle(
            .beaten(HeartbeatReply(isAlive: false, held: [:])), at: start + .seconds(6))
        #expect(words(dead) == ["cancel job-1 lost", "end"])
    }

    @Test func aStopEndsAlthoughNothingCanBeWritten() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        _ = machine.handle(.claimed([]), at: start)
        guard case .apply(let commands) = machine.handle(finish(job(1)), at: start).first else {
            Issue.record("nothing was written")
            return
        }
        _ = machine.handle(.applied(commands, nil), at: start)
        var seen = words(machine.handle(.stop, at: start))
        var now = start
        for _ in 0..<100 where !seen.contains("end") {
            guard let next = machine.nextTick else { break }
            #expect(next > now, "a tick in the past would make the shell spin")
            now = next
            let actions = machine.handle(.tick, at: now)
            seen += words(actions)
            for action in actions {
                if case .apply(let again) = action {
                    seen += words(machine.handle(.applied(again, nil), at: now))
                }
                if case .beat = action { seen += words(machine.handle(.beaten(nil), at: now)) }
            }
        }
        #expect(seen.contains("end"))
        #expect(now - start <= .seconds(21))
    }

    @Test func handlersThatIgnoreTheirCancellationAreGivenBack() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        _ = machine.handle(.claimed([]), at: start)
        _ = machine.handle(.stop, at: start)
        _ = machine.handle(.tick, at: start + .seconds(10))
        _ = machine.handle(
            .beaten(HeartbeatReply(isAlive: true, held: [job(1).id: 1])), at: start + .seconds(10))
        let actions = machine.handle(.tick, at: start + .seconds(15))
        #expect(words(actions).contains("apply job-1"))
        for case .apply(let commands) in actions { #expect(commands.map(\.change) == [.yield]) }
    }

    @Test func aBusyWorkerDoesNotSpin() {
        var machine = working(concurrency: 1)
        _ = machine.handle(.claimed([job(1)]), at: start)
        _ = machine.handle(.swept(hasMore: false), at: start)
        var now = start
        for _ in 0..<30 {
            guard let next = machine.nextTick else { break }
            #expect(next > now)
            now = next
            for action in machine.handle(.tick, at: now) {
                switch action {
                case .beat:
                    _ = machine.handle(.beaten(HeartbeatReply(isAlive: true, held: [job(1).id: 1])), at: now)
                case .sweep: _ = machine.handle(.swept(hasMore: false), at: now)
                default: Issue.record("unexpected \(words([action]))")
                }
            }
        }
        #expect(now - start >= .seconds(20))
    }

    @Test func aReportWhileTheStoreIsOutOfReachDoesNotSpin() {
        var machine = working()
        _ = machine.handle(.claimed([job(1), job(2)]), at: start)
        guard case .apply(let commands) = machine.handle(finish(job(1)), at: start).first else {
            Issue.record("nothing was written")
            return
        }
        _ = machine.handle(.applied(commands, nil), at: start)
        let later = start + .milliseconds(300)
        var report = Command(
            .report(progress: 1, detail: nil), job: job(2).id, of: "parcel", by: .worker("w"))
        report.claim = Claim(worker: WorkerID("w"), fence: 1)
        #expect(words(machine.handle(.reported(report), at: later)) == [])
        #expect(machine.nextTick == start + .seconds(1))
        #expect(words(machine.handle(.tick, at: start + .seconds(1))).contains("apply job-1"))
    }

    @Test func oneCommandThatCannotBeWrittenHoldsNobodyUp() {
        var machine = working()
        _ = machine.handle(.claimed([job(1), job(2), job(3), job(4)]), at: start)
        _ = machine.handle(finish(job(1)), at: start)
        _ = machine.handle(finish(job(2)), at: start)
        _ = machine.handle(finish(job(3)), at: start)
        guard case .apply(let batch) = machine.handle(.applied([], []), at: start).first else {
            Issue.record("nothing was written")
            return
        }
        #expect(batch.count == 2)
        _ = machine.handle(.applied(batch, nil), at: start)
        let later = start + .seconds(1)
        #expect(words(machine.handle(.tick, at: later)).contains("apply job-2"))
        #expect(
            words(machine.handle(.applied([batch[0]], [.refused(Refusal(.staleClaim, "x"))]), at: later))
                == ["apply job-3"])
    }

    @Test func aClaimWhoseAnswerWasLostIsGivenBackAfterTwoHeartbeats() {
        var machine = working()
        _ = machine.handle(.claimed(nil), at: start)
        let reply = HeartbeatReply(isAlive: true, held: [job(1).id: 1], lifecycles: [job(1).id: "parcel"])
        _ = machine.handle(.tick, at: start + .seconds(5))
        #expect(!words(machine.handle(.beaten(reply), at: start + .seconds(5))).contains("apply job-1"))
        _ = machine.handle(.tick, at: start + .seconds(10))
        #expect(words(machine.handle(.beaten(reply), at: start + .seconds(10))).contains("apply job-1"))
    }

    @Test func aJobThatGoesOnHereKeepsItsPlace() {
        var machine = working(concurrency: 1)
        _ = machine.handle(.claimed([job(1)]), at: start)
        var command = Command(.move(to: "labelling"), job: job(1).id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: 1)
        command.keepsClaim = true
        #expect(words(machine.handle(.finished(command), at: start)) == ["apply job-1"])
        #expect(words(machine.handle(.applied([command], nil), at: start)) == [])
        #expect(words(machine.handle(.tick, at: start + .seconds(1))).contains("apply job-1"))
        let kept = machine.handle(.applied([command], [.done(job(1, fence: 2))]), at: start + .seconds(1))
        #expect(words(kept) == ["run job-1"])
        let woken = machine.handle(.woke, at: start + .seconds(1))
        #expect(!words(woken).contains { $0.hasPrefix("claim") })
    }

    /// A sweep took the job away and this worker claimed it anew, before it heard that its last write had counted.
    @Test func anAnswerThatWasOvertakenBringsNoJobBack() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        var command = Command(.move(to: "labelling"), job: job(1).id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: 1)
        command.keepsClaim = true
        _ = machine.handle(.finished(command), at: start)
        #expect(words(machine.handle(.claimed([job(1, fence: 3)]), at: start)).contains("run job-1"))
        let late = machine.handle(.applied([command], [.done(job(1, fence: 2))]), at: start)
        #expect(!words(late).contains("run job-1") && !words(late).contains("cancel job-1 lost"))
        #expect(machine.running[job(1).id] == 3)
    }

    @Test func aJobThatDoesNotGoOnHereGivesItsPlaceAway() {
        var machine = working(concurrency: 1)
        _ = machine.handle(.claimed([job(1)]), at: start)
        var command = Command(.move(to: "labelling"), job: job(1).id, of: "parcel", by: .worker("w"))
        command.claim = Claim(worker: WorkerID("w"), fence: 1)
        command.keepsClaim = true
        _ = machine.handle(.finished(command), at: start)
        let refused = machine.handle(.applied([command], [.refused(Refusal(.staleClaim, "late"))]), at: start)
        #expect(words(refused) == ["claim 1"])
    }

    @Test func aJobThatComesBackEndsItsEarlierHandler() {
        var machine = working()
        _ = machine.handle(.claimed([job(1)]), at: start)
        let again = words(machine.handle(.claimed([job(1, fence: 2)]), at: start))
        #expect(again.starts(with: ["cancel job-1 lost", "run job-1"]))
    }
}
