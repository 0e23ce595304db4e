import AppSupport
import Anomaly
import HTTPTypes
import Lockstep
import LockstepSQL
import LockstepSQLite
import ModelSupport
import NIOHTTP1
import Testing

/// A triage that asks a model, from the route to the report.
@Suite("Triage by a model")
struct ModelTriageTests {
    /// What a test looks at.
    struct Scene: Sendable {
        let harness: Harness
        let server: ModelServer
        let dataset: String
        let triage: JobID

        /// The rows as the API shows them, worst first.
        func rows() async throws -> [JSONValue] {
            let found = try await harness.send(.GET, dataset: dataset, "/anomalies").json()
            guard case .array(let rows)? = found["anomalies"] else { throw Missing("anomalies") }
            return rows
        }

        /// How many answers are kept for a triage that still runs.
        func kept() async throws -> Int {
            try await harness.store.read { try $0.query("SELECT 1 FROM anomaly_answers") }.count
        }
    }

    /// Analyses a dataset and starts a triage that asks a server.
    private static func play(
        _ wire: Wire, _ replies: [ModelServer.Reply], timeout: Duration = .seconds(20),
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let server = try ModelServer(wire, replies)
        try await server.serving { address in
            let explainer = ModelExplainer(try wire.chat(address, timeout: timeout))
            try await Harness.run(explainer: explainer) { harness in
                try await harness.working {
                    let id = try await harness.upload(Tables.small)
                    let analysis = try await harness.start("/analyze", id)
                    #expect(try await harness.end(of: analysis).status == .completed)
                    let triage = try await harness.start("/triage", id)
                    try await body(Scene(harness: harness, server: server, dataset: id, triage: triage))
                }
            }
        }
        for request in server.requests { #expect(request.faults == []) }
    }

    @Test("explains twenty rows, each by a request that fits the schema", arguments: Wire.allCases)
    func happy(wire: Wire) async throws {
        try await Self.play(wire, [.says("Row one."), .cut("Row two")]) { scene in
            let job = try await scene.harness.end(of: scene.triage)
            #expect(job.status == .completed)
            #expect(try job.output()?.explained == 20)
            let rows = try await scene.rows()
            #expect(rows.prefix(3).map { $0["explanation"] } == ["Row one.", "Row two …", "It is odd."])
            let requests = scene.server.requests
            #expect(requests.count == 20)
            let told = wire.told(try #require(requests.first).body)
            for word in [#""colour""#, #""red""#, #""-900""#, "<row_data>", "standard_deviations_from_mean"] {
                #expect(told.contains(word), "\(word)")
            }
            #expect(try await scene.kept() == 0)
        }
    }

    @Test("a refused key parks the triage until an administrator acts", arguments: Wire.allCases)
    func refusedKey(wire: Wire) async throws {
        try await Self.play(wire, [.fails(401, type: "authentication_error")]) { scene in
            for try await job in scene.harness.jobs.watch(scene.triage) where job.record.parkedAt != nil {
                let failure = try #require(job.failure)
                #expect(failure.audience == .adminRequired)
                #expect(failure.code == "model_key")
                #expect(!failure.message.contains(ModelServer.key))
                #expect(job.record.attempt == 1 && job.record.isLive)
                break
            }
            #expect(scene.server.requests.count == 1)
            let history = try await scene.harness.jobs.history(of: scene.triage)
            #expect(history.map(\.kind) == [.started, .claimed, .parked])
            #expect(history.allSatisfy { $0.reason?.contains(ModelServer.key) != true })
            try await scene.harness.jobs.retry(scene.triage, by: .operator("ada"))
            #expect(try await scene.harness.end(of: scene.triage).status == .completed)
            #expect(scene.server.requests.count == 21)
        }
    }

    @Test("a rate limit is waited out, and no row is asked about twice", arguments: Wire.allCases)
    func rateLimit(wire: Wire) async throws {
        let limit = ModelServer.Reply.fails(429, type: "rate_limit_error", headers: [.retryAfter: "2"])
        try await Self.play(wire, [.says("First."), .says("Second."), limit]) { scene in
            for try await job in scene.harness.jobs.watch(scene.triage) {
                guard let failure = job.failure else { continue }
                #expect(failure.audience == .temporary && failure.code == "model_rate_limit")
                #expect(failure.retryAfter == .seconds(2))
                #expect(try await scene.kept() == 2)
                break
            }
            #expect(try await scene.harness.end(of: scene.triage).status == .completed)
            let requests = scene.server.requests
            #expect(requests.count == 21)
            #expect(requests[3].at - requests[2].at >= .seconds(2))
            #expect(requests[3].body == requests[2].body)
            let rows = try await scene.rows()
            #expect(rows.prefix(3).map { $0["explanation"] } == ["First.", "Second.", "It is odd."])
            #expect(try await scene.kept() == 0)
        }
    }

    @Test(
        "what may pass is tried again", arguments: Wire.allCases,
        [ModelServer.Reply.fails(500, type: "api_error"), .raw("<html>busy</html>"), .silent])
    func passing(wire: Wire, reply: ModelServer.Reply) async throws {
        // Only silence is waited out; the answers of a busy machine must not count as silence.
        let timeout: Duration = if case .silent = reply { .seconds(5) } else { .seconds(60) }
        try await Self.play(wire, [.says("First."), reply], timeout: timeout) { scene in
            let job = try await scene.harness.end(of: scene.triage)
            #expect(job.status == .completed)
            #expect(scene.server.requests.count == 21)
            let history = try await scene.harness.jobs.history(of: scene.triage)
            #expect(history.filter { $0.kind == .retried }.count == 1)
            #expect(try await scene.rows().first?["explanation"] == "First.")
        }
    }

    @Test("a model that stays broken ends the triage, but not what was found", arguments: Wire.allCases)
    func broken(wire: Wire) async throws {
        let replies: [ModelServer.Reply] = [
            .says("First."), .fails(500, type: "api_error"), .fails(529, type: "overloaded_error"),
            .fails(429, type: "rate_limit_error"), .raw("<html>busy</html>"), .fails(503, type: "api_error"),
        ]
        try await Self.play(wire, replies) { scene in
            let job = try await scene.harness.end(of: scene.triage)
            #expect(job.status == .error)
            #expect(job.failure?.code == "model_unavailable")
            #expect(scene.server.requests.count == replies.count)
            let history = try await scene.harness.jobs.history(of: scene.triage)
            #expect(history.filter { $0.kind == .retried }.count == 4)
            let status = try await scene.harness.send(.GET, dataset: scene.dataset, "/status").json()
            #expect(status["status"] == "completed" && status["triage"]?["status"] == "error")
            #expect(status["triage"]?["reason"]?.text?.contains("(503, api_error)") == true)
            let rows = try await scene.rows()
            #expect(rows.count > 1 && rows.allSatisfy { $0["explanation"] == nil })
        }
    }

    @Test("a refusal is recorded for its row, and the others are explained", arguments: Wire.allCases)
    func refusal(wire: Wire) async throws {
        try await Self.play(wire, [.refuses("I can't help."), .says(" ")]) { scene in
            let job = try await scene.harness.end(of: scene.triage)
            #expect(job.status == .completed)
            #expect(try job.output()?.refused == 2)
            #expect(try job.output()?.explained == 18)
            let rows = try await scene.rows()
            #expect(rows[0]["refusal"] == "I can't help." && rows[0]["explanation"] == nil)
            #expect(rows[1]["refusal"] == "The model gave an empty answer.")
            #expect(rows[2]["explanation"] == "It is odd." && rows[2]["refusal"] == nil)
        }
    }

    @Test("a dataset that is deleted while a triage waits leaves none of its answers behind")
    func deleted() async throws {
        let limit = ModelServer.Reply.fails(429, type: "rate_limit_error", headers: [.retryAfter: "600"])
        try await Self.play(.openai, [.says("First."), limit]) { scene in
            for try await job in scene.harness.jobs.watch(scene.triage) where job.failure != nil { break }
            #expect(try await scene.kept() == 1)
            #expect(try await scene.harness.send(.DELETE, dataset: scene.dataset).status == 204)
            #expect(try await scene.kept() == 0)
        }
    }
}
