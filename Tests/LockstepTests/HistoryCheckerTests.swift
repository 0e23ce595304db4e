import Lockstep
import LockstepTesting
import Testing

/// A checker that finds nothing proves nothing: each of its checks is seen to fail on a falsified history or
/// log, and none on the sound one.
@Suite struct HistoryCheckerTests {
    typealias Evidence = CheckedLoad.Evidence

    /// A falsification, and the check that must notice it.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let check: HistoryChecker.Check
        let edit: @Sendable (inout Evidence) -> Void
        var testDescription: String { check.rawValue }

        init(_ check: HistoryChecker.Check, _ edit: @escaping @Sendable (inout Evidence) -> Void) {
            self.check = check
            self.edit = edit
        }
    }

    static let forgeries: [Forgery] = [
        Forgery(.startLost) {
            $0.ledger.records[$0.job] = nil
            $0.ledger.histories[$0.job] = nil
        },
        Forgery(.fenceFalls) { $0.entry($0.job, { $0.kind == .claimed && $0.fence == 3 }) { $0.fence = 2 } },
        Forgery(.claimsOverlap) { $0.entry($0.job, { $0.kind == .lost }) { $0.kind = .met } },
        Forgery(.claimUnrecorded) { $0.call("claim", .ok) { $0.grants?[0].fence = 77 } },
        Forgery(.writeWithoutClaim) {
            $0.entry($0.job, { $0.to == "delivered" }) { $0.actor = .worker("w1") }
        },
        Forgery(.staleAccepted) { $0.call("report", .refused) { $0.answer = .ok } },
        Forgery(.refusedLeftTraces) {
            $0.ledger.records[$0.job]?.metadata = "{\"packed\":true,\"late\":true}"
        },
        Forgery(.numbering) { $0.ledger.histories[$0.job]?.remove(at: 2) },
        Forgery(.chain) { $0.entry($0.job, { $0.to == "labelling" }) { $0.from = "review" } },
        Forgery(.undeclaredStatus) { $0.entry($0.job, { $0.to == "labelling" }) { $0.to = "nowhere" } },
        Forgery(.undeclaredMove) { $0.entry($0.job, { $0.to == "delivered" }) { $0.actor = .event("eve") } },
        Forgery(.stateDiffers) { $0.ledger.records[$0.job]?.status = "lost" },
        Forgery(.writeLost) { $0.entry($0.job, { $0.to == "delivered" }) { $0.reason = nil } },
        Forgery(.recordedTwice) { evidence in
            guard let last = evidence.ledger.histories[evidence.job]?.last else { return }
            evidence.ledger.histories[evidence.job]?.append(last)
        },
        Forgery(.refusedRecorded) { $0.call("move", .ok) { $0.answer = .refused } },
        Forgery(.unasked) { $0.entry($0.ended, { $0.to == "withdrawn" }) { $0.reason = "nobody#1" } },
        Forgery(.otherKind) { $0.entry($0.yielded, { $0.kind == .yielded }) { $0.kind = .retried } },
        Forgery(.orderReversed) {
            $0.call("cancel", .ok) {
                $0.begin = 1
                $0.end = 2
            }
        },
        Forgery(.rowTorn) { evidence in
            guard let tag = evidence.calls.first(where: { $0.call == "cancel" })?.tag else { return }
            evidence.ledger.rows?[tag] = nil
        },
        Forgery(.overdue) { $0.ledger.readAt = $0.ledger.readAt + .seconds(3 * 86_400) },
        Forgery(.claimOutlives) { $0.ledger.readAt = $0.ledger.readAt + .seconds(60) },
        Forgery(.keyTwice) { $0.entry($0.ended, { $0.to == "withdrawn" }) { $0.at = $0.at + .seconds(5) } },
    ]

    @Test func aSoundHistoryIsFoundSound() async throws {
        let evidence = try await CheckedLoad.run { MemoryStore(time: $0, draw: { 0.5 }) }
        #expect(evidence.violations() == [])
        #expect(evidence.calls.count > 20 && evidence.ledger.histories[evidence.job]?.count == 8)
    }

    @Test(arguments: forgeries) func isNoticed(_ forgery: Forgery) async throws {
        var evidence = try await CheckedLoad.run { MemoryStore(time: $0, draw: { 0.5 }) }
        forgery.edit(&evidence)
        let found = evidence.violations()
        #expect(found.contains { $0.check == forgery.check }, "found only \(found)")
    }

    /// The start of a job that waited until the one with its key had ended is written with the time before it waited.
    @Test func aStartThatWaitedIsNoSecondLife() async throws {
        var evidence = try await CheckedLoad.run { MemoryStore(time: $0, draw: { 0.5 }) }
        evidence.entry(evidence.ended, { $0.to == "withdrawn" }) { $0.at = $0.at + .seconds(5) }
        func overlaps(_ waited: Duration, decidesAhead: Bool) throws -> Bool {
            let place = try #require(
                evidence.calls.firstIndex { $0.call == "start" && $0.job == evidence.waiting })
            var calls = evidence.calls
            calls[place].end = calls[place].begin + waited.inMicroseconds
            return HistoryChecker(definitions: [Definition(Parcel.self)], decidesAhead: decidesAhead)
                .violations(in: evidence.ledger, calls: calls).contains { $0.check == .keyTwice }
        }
        #expect(try !overlaps(.seconds(6), decidesAhead: true))
        #expect(try overlaps(.zero, decidesAhead: true))
        #expect(try overlaps(.seconds(6), decidesAhead: false))
    }

    @Test func everyCheckHasAForgery() {
        #expect(Set(Self.forgeries.map(\.check)) == Set(HistoryChecker.Check.allCases))
        #expect(Set(HistoryChecker.Check.allCases.map(\.invariant)) == Set(1...6))
    }

    /// An answer with too low a progress leaves no trace in a history; the conformance suite sees that one.
    @Test(arguments: SeededFault.allCases.filter { $0 != .progressFalls && $0 != .pauseIgnored })
    func aFaultyStoreIsNoticed(_ fault: SeededFault) async throws {
        let evidence = try await CheckedLoad.run { time in
            MutantStore(fault, in: MemoryStore(time: time, draw: { 0.5 }))
        }
        let found = evidence.violations()
        print("mutant '\(fault.rawValue)' breaks: \(Set(found.map(\.check.rawValue)).sorted())")
        #expect(!found.isEmpty)
    }

    @Test func whatAKilledProcessLeavesIsUnknown() throws {
        let log = CallLog(client: "c")
        let call = log.call("start", at: TestTime().now())
        try log.write([call])
        #expect(log.calls.map(\.answer) == [.unknown])
        var answered = call
        answered.answer = .ok
        try log.write([answered])
        #expect(log.calls == [answered])
    }
}

extension CheckedLoad.Evidence {
    /// Changes the first entry of a job's history that is meant.
    fileprivate mutating func entry(
        _ job: JobID, _ isMeant: (HistoryEntry) -> Bool, _ change: (inout HistoryEntry) -> Void
    ) {
        guard var history = ledger.histories[job], let place = history.firstIndex(where: isMeant) else {
            return
        }
        change(&history[place])
        ledger.histories[job] = history
    }

    /// Changes the first call of this word with this answer.
    fileprivate mutating func call(
        _ word: String, _ answer: LoggedCall.Answer, _ change: (inout LoggedCall) -> Void
    ) {
        guard let place = calls.firstIndex(where: { $0.call == word && $0.answer == answer }) else { return }
        change(&calls[place])
    }
}
