import AppSupport
import Anomaly
import Lockstep
import LockstepSQL
import LockstepSQLite
import NIOHTTP1
import Testing

@Suite("Analysis")
struct AnalysisTests {
    @Test("an upload is analysed and its worst rows are found")
    func happyPath() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let before = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(before["status"] == "uploaded")
            #expect(before["session"] == nil)
            let session = try await harness.start("/analyze", id)
            try await harness.working {
                let job = try await harness.end(of: session)
                #expect(job.status == .completed)
            }
            let status = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(status["status"] == "completed")
            #expect(status["progress"] == 100)
            #expect(status["session"]?["status"] == "completed")
            #expect(status["session"]?["dataset_id"] == .string(id))
            #expect(status["session"]?["user_id"] == "anna")
            #expect(status["session"]?["output"]?["rows"] == 60)

            let found = try await harness.send(.GET, dataset: id, "/anomalies?limit=2").json()
            guard case .array(let rows)? = found["anomalies"] else { throw Missing("anomalies") }
            #expect(Set(rows.map { $0["row"] }) == [20, 40])
            #expect(rows.first?["cells"]?["colour"] == "red")
            guard case .array(let parts)? = rows.first?["contributions"] else {
                throw Missing("contributions")
            }
            #expect(parts.reduce(0) { $0 + ($1["share"]?.double ?? 0) } > 0.99)

            let scores = try await harness.send(.GET, dataset: id, "/scores")
            #expect(scores.headers.first(name: "content-type") == "text/csv; charset=utf-8")
            let lines = scores.text.split(separator: "\n")
            #expect(lines.first == "row,score")
            #expect(lines.count == 61)
            #expect(lines[20].hasPrefix("20,"))

            let path = try await harness.jobs.history(of: session).filter { $0.from != $0.to }.map(\.to)
            #expect(path == ["initializing", "parsing", "detecting", "completed"])
        }
    }

    @Test("progress never falls and ends at 100")
    func progress() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let session = try await harness.start("/start-autoencoder", id)
            try await harness.working {
                var seen: [Int] = []
                for try await job in harness.jobs.watch(session) { seen.append(job.progress) }
                #expect(seen == seen.sorted())
                #expect(seen.last == 100)
            }
        }
    }

    @Test("fifty simultaneous calls start one session, and the next one after its end is new")
    func simultaneous() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let answers = try await withThrowingTaskGroup(of: JSONValue.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await harness.send(.POST, dataset: id, "/analyze").json() }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map { $0["session_id"] }).count == 1)
            #expect(answers.count { $0["reused"] == true } == 49)
            let text = try #require(answers.first?["session_id"]?.text)
            let session = try #require(JobID(text))
            #expect(try await harness.jobs.find().count == 1)
            try await harness.working { _ = try await harness.end(of: session) }
            let next = try await harness.send(.POST, dataset: id, "/analyze").json()
            #expect(next["reused"] == false)
            #expect(next["session_id"] != .string(text))
        }
    }

    @Test("the same file and seed give the same scores, another seed gives others")
    func seeds() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            try await harness.working {
                var scores: [String] = []
                for seed in [7, 7, 8] {
                    let session = try await harness.start("/analyze?seed=\(seed)", id)
                    _ = try await harness.end(of: session)
                    scores.append(try await harness.send(.GET, dataset: id, "/scores").text)
                }
                #expect(scores[0] == scores[1])
                #expect(scores[0] != scores[2])
            }
        }
    }

    @Test(
        "a file that is no table ends in error with a sentence",
        arguments: [
            ("", "table.csv", "empty"), ("just some words\n", "book.xlsx", "workbook"),
            ("a,b\n", "table.csv", "row"),
        ])
    func badFiles(text: String, name: String, word: String) async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(text, named: name)
            let session = try await harness.start("/analyze", id)
            try await harness.working {
                let job = try await harness.end(of: session)
                #expect(job.status == .error)
                #expect(job.failure?.audience == .userFixable)
            }
            let status = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(status["status"] == "error")
            let reason = try #require(status["session"]?["reason"]?.text)
            #expect(reason.contains(word), "\(reason)")
            #expect(try await harness.send(.GET, dataset: id, "/anomalies").status == 409)
            let page = try await harness.send(.GET, dataset: id, "/report")
            #expect(page.status == 200)
        }
    }

    @Test("the database refuses statuses that are not declared")
    func statuses() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let session = try await harness.start("/analyze", id)
            for status in ["pending", "running", "in_progress", "ERROR", ""] {
                await #expect(throws: SQLError.self) {
                    try await harness.store.write {
                        try $0.execute(
                            "UPDATE anomaly_jobs SET status = ?1 WHERE id = ?2", status, session.text)
                    }
                }
                let body = #"{"lifecycle":"anomaly","status":"\#(status)","input":{"dataset_id":"\#(id)"}}"#
                let reply = try await harness.send(.POST, "/v1/jobs", body: body)
                #expect(reply.status == 422)
                #expect(reply.text.contains("initializing"))
            }
            let stored = try await harness.store.read { try $0.query("SELECT status FROM anomaly_jobs") }
            #expect(stored.map { $0[0].text } == ["initializing"])
        }
    }
}

/// Something that an answer must hold is not there.
struct Missing: Error, CustomStringConvertible {
    let description: String
    init(_ what: String) { description = "'\(what)' is missing" }
}
