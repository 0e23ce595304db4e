import FakeJira
import Foundation
import Lockstep
import Testing
import TicketExport

@Suite struct ExportPlanTests {
    /// A trouble for the first request to an endpoint only.
    private func bench(
        _ endpoint: FakeJira.Endpoint?, _ kind: FakeJira.Trouble.Kind, times: ExportTimes = .standard
    ) -> Bench {
        Bench(times: times) { $0.jira.troubles = [.init(kind, on: endpoint)] }
    }

    private func paths(_ bench: Bench) -> [String] {
        bench.sent.map { String($0.path.dropFirst("/rest/api/3/".count)) }
    }

    @Test func ticketsAreCreatedFiftyAtATime() async throws {
        let bench = Bench { $0.jira.add(7, to: "WEB") }
        let plan = try await bench.run(ExportPlan(project: "WEB", tickets: Bench.tickets(120)))
        #expect(bench.wrongs(plan) == [])
        #expect(plan.keys["t-1"] == "WEB-8" && plan.keys["t-120"] == "WEB-127" && plan.refusal == nil)
        #expect(
            paths(bench) == [
                "search/jql", "issue/bulk", "issue/bulkfetch", "issue/bulk", "issue/bulkfetch", "issue/bulk",
                "issue/bulkfetch",
            ])
        let again = try await bench.run(plan)
        #expect(again == plan && bench.sent.count == 7)
        #expect(bench.jira.issues.last?.labels == ["website", "lockstep-t-120"])
    }

    @Test func aSingleTicketIsCreatedAlone() async throws {
        let bench = Bench()
        let plan = try await bench.run(ExportPlan(project: "WEB", tickets: Bench.tickets(1)))
        #expect(bench.wrongs(plan) == [] && paths(bench) == ["search/jql", "issue"])
        let empty = try await Bench().run(ExportPlan(project: "WEB", tickets: []))
        #expect(empty.tickets.isEmpty)
    }

    @Test func requestsAreNotLargerThanNeeded() async throws {
        let tickets = Bench.tickets(4).map { ExportTicket(id: $0.id, bytes: 240_000) }
        let bench = Bench()
        let plan = try await bench.run(ExportPlan(project: "WEB", tickets: tickets))
        #expect(bench.wrongs(plan) == [] && paths(bench).count { $0 == "issue/bulk" } == 2)
    }

    /// The status, its audience, and its code: nothing was created, and a retry goes on.
    @Test(arguments: [
        (401, Failure.Audience.adminRequired, "jira_credentials"), (403, .adminRequired, "jira_forbidden"),
        (404, .adminRequired, "jira_not_found"), (302, .adminRequired, "jira_redirect"),
        (405, .adminRequired, "jira_refused"), (429, .temporary, "jira_rate_limit"),
    ]) func aCallThatIsTurnedDownCreatesNothing(status: Int, audience: Failure.Audience, code: String)
        async throws
    {
        let bench = bench(.createMany, .status(status, retryAfter: 90))
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        let failure = try await #require(throws: Failure.self) { try await bench.run(start) }
        #expect(failure.audience == audience && failure.code == code, "\(failure)")
        #expect(failure.retryAfter == (status == 429 ? .seconds(90) : nil))
        #expect(try bench.plan()?.tickets.allSatisfy { $0.state == .waiting } == true)
        if status == 429 {
            let early = try await #require(throws: Failure.self) { try await bench.run(start) }
            #expect(early.code == "jira_wait" && bench.sent.count == 2)
            bench.pass(.seconds(90))
        }
        let plan = try await bench.run(start)
        #expect(bench.wrongs(plan) == [])
    }

    @Test(arguments: [
        FakeJira.Trouble.Kind.status(500), .status(503, retryAfter: 20), .status(408), .loseAnswer,
        .dropRequest, .garble,
        .postpone,
    ]) func aCallOfUnknownOutcomeIsLookedInto(kind: FakeJira.Trouble.Kind) async throws {
        let bench = bench(.createMany, kind)
        if kind == .postpone { bench.change { $0.settleAt = $0.now + .seconds(200) } }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        let failure = try await #require(throws: Failure.self) { try await bench.run(start) }
        #expect(failure.audience == .temporary, "\(failure)")
        if kind == .status(503, retryAfter: 20) { #expect(failure.retryAfter == .seconds(20)) }
        #expect(try bench.plan()?.tickets.allSatisfy { $0.doubt != nil } == true)
        var waits: [String] = []
        let plan = try await bench.finish(start, failures: { waits.append($0.code) })
        #expect(bench.wrongs(plan) == [])
        // What the search finds at once needs no waiting; the rest has to settle.
        #expect(waits == ([.loseAnswer, .garble].contains(kind) ? [] : ["jira_wait"]), "\(waits)")
    }

    @Test func aSearchThatNeverLearnsIsNotNeeded() async throws {
        let bench = bench(.createMany, .loseAnswer)
        bench.change {
            $0.jira.searchLag = 1_000_000
            $0.jira.add(250, to: "WEB")
        }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(60))
        let plan = try await bench.finish(start)
        #expect(bench.wrongs(plan) == [])
        // The mark was far behind: the numbers from 1 on were fetched.
        #expect(paths(bench).count { $0 == "issue/bulkfetch" } >= 4)
    }

    @Test func doubtsOfSeveralCallsAreDecidedFromTheLowestMark() async throws {
        // The first and the third call have no answer, and the second one raises the mark.
        let bench = bench(.createMany, .loseAnswer)
        bench.change { $0.jira.searchLag = 1_000_000 }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(120))
        _ = try? await bench.run(start)
        bench.change {
            $0.trouble = {
                $0.path.hasSuffix("bulk") && "\($0)".contains("lockstep-t-120\"") ? .loseAnswer : nil
            }
        }
        _ = try? await bench.run(start)
        bench.change { $0.trouble = { _ in nil } }
        let marks = Set(try #require(try bench.plan()).tickets.compactMap(\.doubt?.mark))
        #expect(marks == [0, 100])
        // Both are due at once.
        bench.pass(.seconds(300))
        let plan = try await bench.finish(start)
        #expect(bench.wrongs(plan) == [] && bench.jira.issues.count == 120)
    }

    @Test func aRequestThatDidNotLeaveIsMadeAgainAtOnce() async throws {
        var plan = try ExportPlan(project: "WEB", tickets: Bench.tickets(2))
        let now = Timestamp(microseconds: 0)
        #expect(plan.step(at: now) == .call(.mark))
        #expect(plan.finish(.mark, .failure(JiraUnsent("no such host")), at: now)?.code == "jira_unreachable")
        let nothing = JiraAnswer(status: 200, body: Data(#"{"issues":[]}"#.utf8))
        #expect(plan.finish(.mark, .success(nothing), at: now) == nil)
        guard case .call(let call) = plan.step(at: now) else { return }
        #expect(call == .create(tickets: ["t-1", "t-2"]) && call.creates)
        plan.begin(call, at: now)
        #expect(plan.tickets.allSatisfy { $0.doubt?.since == now })
        // Somebody else who goes on from here looks for the tickets.
        #expect(plan.step(at: now) == .call(.search(tickets: ["t-1", "t-2"])))
        let failure = plan.finish(call, .failure(JiraUnsent("refused")), at: now)
        #expect(failure?.audience == .temporary && failure?.message.contains("refused") == true)
        #expect(plan.step(at: now) == .call(call))
    }

    @Test func whatIsTooLargeIsSplit() async throws {
        let issue = Bench.issue("t-1").bytes
        let bench = Bench { $0.jira.mostBytes = issue * 7 }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(40))
        let plan = try await bench.run(start)
        #expect(bench.wrongs(plan) == [])
        let small = Bench { $0.jira.mostBytes = 220 }
        let refused = try await small.run(ExportPlan(project: "WEB", tickets: Bench.tickets(3)))
        #expect(refused.tickets.allSatisfy { $0.refusal == "it is too large" } && small.jira.issues.isEmpty)
    }

    @Test func partOfABulkIsRefused() async throws {
        let bench = bench(.createMany, .refuse([1: 400, 3: 429, 4: 500, 5: 400]))
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(6))
        var codes: [String] = []
        var plan = try await bench.finish(start, failures: { codes.append($0.code) })
        #expect(bench.wrongs(plan) == [])
        #expect(plan.tickets.filter { $0.refusal != nil }.map(\.id) == ["t-2", "t-6"])
        #expect(codes.contains("jira_rate_limit") && codes.contains("jira_wait"))
        let refusal = try #require(plan.refusal)
        #expect(refusal.audience == .userFixable)
        #expect(
            refusal.message
                == "Jira refused 2 of 6 tickets; of the first it says: The fake was told to refuse this.")
        plan.reconsider("t-2", bytes: 10)
        plan.reconsider("t-1", bytes: 10)
        plan.add([ExportTicket(id: "t-7", bytes: 10), ExportTicket(id: "t-3", bytes: 10)])
        bench.change { $0.recorded = nil }
        plan = try await bench.run(plan)
        #expect(bench.wrongs(plan) == [] && plan.tickets.filter { $0.refusal != nil }.map(\.id) == ["t-6"])
        #expect(plan.tickets.count == 7 && bench.jira.issues.count == 6)
    }

    @Test func aRefusalOfTheWholeRequestFindsItsTicket() async throws {
        // A Jira that answers 400 without saying which element is wrong.
        let bench = Bench { state in
            state.trouble = { request in
                let text = (try? request.body?.encoded()) ?? ""
                return text.contains("lockstep-t-5\"") && text.contains("fields\":{") ? .status(400) : nil
            }
        }
        let plan = try await bench.run(ExportPlan(project: "WEB", tickets: Bench.tickets(12)))
        #expect(bench.wrongs(plan) == [])
        #expect(plan.tickets.filter { $0.refusal != nil }.map(\.id) == ["t-5"])
    }

    @Test func theOrderOfTheAnswerMeansNothing() async throws {
        let bench = Bench { $0.jira.tellsBackwards = true }
        let plan = try await bench.run(ExportPlan(project: "WEB", tickets: Bench.tickets(5)))
        #expect(bench.wrongs(plan) == [])
    }

    @Test func anIssueThatTheAccountMayNotSeeIsNotCreatedAgain() async throws {
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        var plan = start
        let bench = Bench()
        let line = Line(bench: bench)
        let now = bench.now
        while case .call(let call) = plan.step(at: now) {
            plan.begin(call, at: now)
            let answer = try await line.send(plan.request(call, issue: Bench.issue))
            if call.creates { bench.change { $0.jira.hide("WEB-2") } }
            #expect(plan.finish(call, .success(answer), at: now) == nil)
        }
        #expect(
            plan.keys == ["t-1": "WEB-1", "t-2": "WEB-2", "t-3": "WEB-3"] && bench.jira.issues.count == 3)
    }

    @Test func aFetchThatCannotReadDecidesNothing() async throws {
        let bench = bench(.createMany, .loseAnswer)
        bench.change {
            $0.jira.searchLag = 1_000_000
            $0.jira.troubles.append(.init(.unreadable, on: .fetch))
        }
        var codes: [String] = []
        let plan = try await bench.finish(
            ExportPlan(project: "WEB", tickets: Bench.tickets(3)), failures: { codes.append($0.code) })
        #expect(bench.wrongs(plan) == [] && codes == ["jira_no_answer", "jira_wait", "jira_unavailable"])
    }

    @Test func clonesMovesAndDeletions() async throws {
        let bench = bench(.createMany, .loseAnswer)
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        _ = try? await bench.run(start)
        bench.change {
            $0.jira.add(1, to: "WEB", labels: ["lockstep-t-1"])
            $0.jira.move("WEB-2", to: "OPS-9")
            $0.jira.delete("WEB-3")
        }
        let plan = try await bench.finish(start)
        #expect(plan.keys["t-1"] == "WEB-1")
        #expect(plan.keys["t-2"] == "OPS-9")
        // What somebody deleted before it was found is created again.
        #expect(plan.keys["t-3"] == "WEB-5" && bench.jira.issues.count == 4)
    }

    @Test func afterADayTheSearchKnows() async throws {
        let bench = bench(.createMany, .dropRequest)
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        _ = try? await bench.run(start)
        bench.pass(.seconds(100_000))
        bench.change { $0.jira.add(30_000, to: "WEB") }
        let plan = try await bench.finish(start)
        #expect(bench.wrongs(plan) == [])
        #expect(
            paths(bench) == [
                "search/jql", "issue/bulk", "search/jql", "search/jql", "search/jql", "issue/bulk",
                "issue/bulkfetch",
            ])
    }

    @Test func aProjectThatIsTooBusyIsSaidSo() async throws {
        let bench = bench(.createMany, .dropRequest)
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(3))
        _ = try? await bench.run(start)
        bench.change { $0.jira.add(10_100, to: "WEB") }
        var failures: [Failure] = []
        let plan = try await bench.finish(
            start,
            failures: { failure in
                failures.append(failure)
                if failure.audience == .adminRequired { bench.pass(.seconds(86_400)) }
            })
        #expect(failures.map(\.code) == ["jira_wait", "jira_busy_project"])
        #expect(bench.wrongs(plan) == [])
    }

    @Test func aProjectThatIsNotThereIsTheUsersToFix() async throws {
        let bench = Bench()
        let start = try ExportPlan(project: "NONE", tickets: Bench.tickets(1))
        let failure = try await #require(throws: Failure.self) { try await bench.run(start) }
        #expect(failure.audience == .userFixable && failure.code == "jira_unknown_project")
        #expect(failure.message.contains("The value 'NONE' does not exist"))
    }

    @Test func aCallThatComesTooLateIsNotMade() async throws {
        let bench = Bench { $0.recording = .seconds(16) }
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(2))
        let failure = try await #require(throws: Failure.self) { try await bench.run(start) }
        #expect(failure.code == "export_too_slow" && failure.audience == .temporary)
        #expect(bench.jira.issues.isEmpty && paths(bench) == ["search/jql"])
        bench.change { $0.recording = .zero }
        #expect(bench.wrongs(try await bench.run(start)) == [])
    }

    @Test func whoeverIsNoLongerInChargeCreatesNothing() async throws {
        struct Fenced: Error {}
        let bench = Bench()
        let runner = ExportRunner(transport: Line(bench: bench), now: { bench.now })
        let start = try ExportPlan(project: "WEB", tickets: Bench.tickets(2))
        await #expect(throws: Fenced.self) {
            _ = try await runner.run(start, issue: Bench.issue) { plan in
                if plan.tickets[0].doubt != nil { throw Fenced() }
            }
        }
        #expect(bench.jira.issues.isEmpty)
    }

    @Test func theTellingLabelAndTheProjectAreThePlans() async throws {
        let plan = try ExportPlan(project: "WEB", tickets: Bench.tickets(1))
        let request = plan.request(.create(tickets: ["t-1"])) { id in
            var issue = Bench.issue(id)
            issue.project = "OPS"
            return issue
        }
        #expect(request.body?["fields"]?["project"]?["key"] == "WEB")
        #expect(request.body?["fields"]?["labels"] == ["website", "lockstep-t-1"])
    }

    @Test(arguments: [
        (["retry-after": "5"], TimeLimit.seconds(5)), (["retry-after": "0.2"], .milliseconds(200)),
        (
            ["retry-after": "Fri, 15 Jan 2027 08:01:00 GMT", "date": "Fri, 15 Jan 2027 08:00:30 GMT"],
            .seconds(30)
        ),
        (["x-ratelimit-reset": "2027-01-15T08:02Z"], .seconds(120)), (["retry-after": "soon"], .seconds(30)),
        (["retry-after": "-1"], .seconds(30)), ([:], .seconds(30)), (["retry-after": "99999999"], .days(1)),
    ]) func aPauseIsAsLongAsJiraSays(headers: [String: String], wait: TimeLimit) throws {
        var plan = try ExportPlan(project: "WEB", tickets: Bench.tickets(1))
        // 2027-01-15 08:00:00 UTC
        let now = Timestamp(microseconds: 1_800_000_000_000_000)
        let answer = JiraAnswer(status: 429, headers: headers)
        let failure = plan.finish(.mark, .success(answer), at: now)
        #expect(failure?.retryAfter == wait)
        #expect(plan.step(at: now) == .wait(until: now.adding(wait) ?? now, why: "Jira asks for a pause."))
    }

    @Test func whatJiraSaysIsToldOnOneLine() throws {
        var plan = try ExportPlan(project: "WEB", tickets: Bench.tickets(1))
        let body =
            #"{"errorMessages":["a\nb\u0000"],"errors":{"summary":"\#(String(repeating: "x", count: 5000))"}}"#
        let failure = plan.finish(
            .mark, .success(.init(status: 403, body: Data(body.utf8))), at: .init(microseconds: 0))
        #expect(failure?.message.contains("a b summary: xxx") == true)
        #expect((failure?.message.count ?? 0) < 700)
        let empty = plan.finish(.mark, .success(.init(status: 401)), at: .init(microseconds: 0))
        #expect(empty?.message.contains("it gave no reason") == true)
    }
}
