import AppSupport
import Anomaly
import Lockstep
import NIOHTTP1
import Testing

@Suite("Triage")
struct TriageTests {
    /// An explainer that cannot.
    private struct Failing: Explainer {
        func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation {
            throw Failure.userFixable("The explainer does not like this table.", code: "dislike")
        }
    }

    /// An explainer that does not want to talk about the worst row.
    private struct Shy: Explainer {
        func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation {
            row.rank == 1 ? .refused("I'd rather not <say>.") : .text("Row \(row.row) is odd.")
        }
    }

    /// A dataset that was analysed.
    private static func analysed(_ harness: Harness) async throws -> String {
        let id = try await harness.upload(Tables.small)
        let session = try await harness.start("/analyze", id)
        #expect(try await harness.end(of: session).status == .completed)
        return id
    }

    private static func rows(_ harness: Harness, _ id: String) async throws -> [JSONValue] {
        let found = try await harness.send(.GET, dataset: id, "/anomalies").json()
        guard case .array(let rows)? = found["anomalies"] else { throw Missing("anomalies") }
        return rows
    }

    @Test("a triage explains the worst rows in a session of its own")
    func explains() async throws {
        try await Harness.run { harness in
            try await harness.working {
                let id = try await Self.analysed(harness)
                #expect(try await Self.rows(harness, id).allSatisfy { $0["explanation"] == nil })
                let triage = try await harness.start("/triage", id)
                let job = try await harness.end(of: triage)
                #expect(job.status == .completed)
                let history = try await harness.jobs.history(of: triage)
                #expect(history.filter { $0.from != $0.to }.map(\.to) == ["triaging", "completed"])
                let first = try #require(try await Self.rows(harness, id).first?["explanation"]?.text)
                #expect(first.contains("`b` is -900") && first.contains("standard deviations below the mean"))
                let status = try await harness.send(.GET, dataset: id, "/status").json()
                #expect(status["status"] == "completed")
                #expect(status["triage"]?["analysis_session_id"] == status["session"]?["id"])
                let page = try await harness.send(.GET, dataset: id, "/report")
                #expect(page.text.contains("<code>b</code> is -900"))
                #expect(
                    page.headers.first(name: "content-security-policy")?.contains("default-src 'none'")
                        == true)
            }
        }
    }

    @Test("while it runs the dataset is triaging, and a second call finds the same session")
    func reuse() async throws {
        try await Harness.run { harness in
            let ids = Ids()
            try await harness.working { await ids.set(try await Self.analysed(harness)) }
            let id = try #require(await ids.id)
            let first = try await harness.send(.POST, dataset: id, "/triage").json()
            let second = try await harness.send(.POST, dataset: id, "/triage").json()
            #expect(first["reused"] == false && second["reused"] == true)
            #expect(first["session_id"] == second["session_id"])
            #expect(try await harness.send(.GET, dataset: id, "/status").json()["status"] == "triaging")
        }
    }

    private actor Ids {
        var id: String?
        func set(_ id: String) { self.id = id }
    }

    @Test("a dataset without a completed analysis is not triaged")
    func needsAnalysis() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let reply = try await harness.send(.POST, dataset: id, "/triage")
            #expect(reply.status == 409)
            #expect(try reply.json()["code"] == "not_analysed")
            #expect(try await harness.jobs.find().isEmpty)
        }
    }

    @Test("a triage that fails leaves the analysis completed and its results readable")
    func failing() async throws {
        try await Harness.run(explainer: Failing()) { harness in
            try await harness.working {
                let id = try await Self.analysed(harness)
                let triage = try await harness.start("/triage", id)
                #expect(try await harness.end(of: triage).status == .error)
                let status = try await harness.send(.GET, dataset: id, "/status").json()
                #expect(status["status"] == "completed")
                #expect(status["triage"]?["status"] == "error")
                #expect(status["triage"]?["reason"] == "The explainer does not like this table.")
                #expect(try await Self.rows(harness, id).count > 1)
            }
        }
    }

    @Test("a refusal is recorded for its row and does not fail the session")
    func refusal() async throws {
        try await Harness.run(explainer: Shy()) { harness in
            try await harness.working {
                let id = try await Self.analysed(harness)
                let triage = try await harness.start("/triage", id)
                let job = try await harness.end(of: triage)
                #expect(job.status == .completed)
                #expect(try job.output()?.refused == 1)
                let rows = try await Self.rows(harness, id)
                #expect(rows.first?["refusal"] == "I'd rather not <say>.")
                #expect(rows.first?["explanation"] == nil)
                #expect(rows.dropFirst().first?["explanation"] != nil)
                let page = try await harness.send(.GET, dataset: id, "/report")
                #expect(page.text.contains("rather not &lt;say&gt;"))
            }
        }
    }
}
