import AppSupport
import Foundation
import Lockstep
import LockstepServer
import LockstepSQL
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Expenses

/// The edge cases of the specification, through HTTP, on both stores; that of the migration stands with it.
@Suite struct EdgeCasesTests {
    private static let path = "/api/expenses/sessions"

    // MARK: Stuck

    @Test(arguments: StoreKind.allCases) func whatIsStuckIsShownAndTriedAgain(_ kind: StoreKind) async throws
    {
        let time = TestTime()
        try await Office.run(on: kind, time: time) { office in
            let id = try await office.upload(Sample("1-one"))
            let hand = try await office.claim(id, as: "hand")
            try await office.jobs.apply(.move(to: "extracting"), to: id, by: .worker("hand")) {
                $0.claim = hand
                $0.keepsClaim = true
            }
            time.advance(by: .minutes(9))
            #expect(try await office.session(id)["flags"]?["stuck"] == false)
            time.advance(by: .minutes(2))
            #expect(try await office.session(id)["flags"]?["stuck"] == true)

            let list = try await office.client.send(
                .GET, "/v1/jobs?lifecycle=sessions&stuck=true", as: "olga")
            #expect(try list["jobs"]?[0]?["id"]?.text == id.text, "\(list.text)")
            let metrics = try await office.client.send(.GET, "/metrics", as: "olga").text
            let line = #"lockstep_jobs_stuck{lifecycle="sessions",status="extracting"} 1"#
            #expect(metrics.split(separator: "\n").contains { $0 == line }, "\(metrics)")
            for page in ["/dashboard", "/dashboard/jobs?state=stuck"] {
                let reply = try await office.client.send(
                    .GET, page, as: "olga", headers: ["Accept": "text/html"])
                #expect(reply.status == 200 && reply.text.contains(id.text), "\(page)")
            }

            // Its worker is dead: it is tried again, as declared.
            _ = try await office.store.sweep(SweepRequest())
            let again = try await office.claim(id, as: "other", in: "extracting")
            #expect(again.fence > hand.fence)
            // And with nobody there, at the deadline it fails.
            time.advance(by: .minutes(50))
            _ = try await office.store.sweep(SweepRequest())
            let answer = try await office.session(id)
            #expect(answer["status"] == "failed" && answer["failure"]?["code"] == "deadline", "\(answer)")
            #expect(answer["flags"]?["stuck"] == false)
        }
    }

    // MARK: A worker that dies

    @Test(arguments: StoreKind.allCases) func aWorkerIsKilledInTheMiddle(_ kind: StoreKind) async throws {
        let time = TestTime()
        try await Office.run(on: kind, time: time) { office in
            try await office.putDirectory()
            let whole = try await office.upload(Sample("1-one"), Sample("9-again"))
            try await office.runToItsEnd(whole)
            let id = try await office.upload(Sample("1-one"), Sample("9-again"))
            // It has begun to read, and is not heard of again.
            var held = try await office.claim(id, as: "hand")
            try await office.jobs.apply(.move(to: "extracting"), to: id, by: .worker("hand")) {
                $0.claim = held
                $0.keepsClaim = true
            }
            held.fence += 1
            time.advance(by: .minutes(2))
            #expect(try await office.store.sweep(SweepRequest()).lost == [id])
            try await office.runToItsEnd(id)
            #expect(try await office.session(id)["status"] == "completed")
            #expect(try await office.report(id, "csv").text == office.report(whole, "csv").text)
            // What it still sends is refused.
            let late = held
            await #expect(throws: Refusal.self) {
                try await office.jobs.apply(.move(to: "matching"), to: id, by: .worker("hand")) {
                    $0.claim = late
                }
            }
        }
    }

    // MARK: A database that is lost

    @Test(arguments: StoreKind.allCases) func theDatabaseIsLostDuringAnUpdate(_ kind: StoreKind) async throws
    {
        try await kind.open { inner in
            let store = LosingStore(inner)
            try await Office.run(on: store) { office in
                let (id, answer) = try await office.work(on: Sample("7-encrypted"))
                #expect(answer["status"] == "failed")
                // Lost before: nothing has happened, and it is said that trying again may help.
                store.lose([.before])
                let before = try await office.patch(id, "processing", from: "failed")
                #expect(before.status == 503, "\(before.text)")
                #expect(try await office.session(id)["status"] == "failed")
                // Lost after: it has happened, once, and whoever asks again is told where it is.
                store.lose([.after])
                let after = try await office.patch(id, "processing", from: "failed")
                #expect(after.status == 503, "\(after.text)")
                #expect(try await office.session(id)["status"] == "processing")
                let again = try await office.patch(id, "processing", from: "failed")
                #expect(again.status == 409)
                let back = try await office.jobs.history(of: id).filter {
                    $0.from == "failed" && $0.to == "processing"
                }
                #expect(back.count == 1)

                // A worker that loses it at every move comes to the same end as one that does not.
                let (whole, _) = try await office.work(on: Sample("1-one"))
                store.lose([.before, .after, .before])
                let (other, ended) = try await office.work(on: Sample("1-one"))
                #expect(store.lost == 5 && ended["status"] == "completed", "\(store.lost): \(ended)")
                #expect(try await office.report(other, "csv").text == office.report(whole, "csv").text)
            }
        }
    }

    // MARK: Many at once

    @Test(arguments: StoreKind.allCases) func simultaneousUpdatesOfOneSession(_ kind: StoreKind) async throws
    {
        try await Office.run(on: kind) { office in
            let (id, _) = try await office.work(on: Sample("7-empty"))
            let before = try await office.jobs.history(of: id).count
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        number.isMultiple(of: 2)
                            ? try await office.patch(id, "processing", from: "failed").status
                            : try await office.client.send(.POST, "\(Self.path)/\(id)/retry").status
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1, "\(statuses)")
            #expect(statuses.filter { $0 == 409 }.count == 19, "\(statuses)")
            #expect(try await office.jobs.history(of: id).count == before + 1)
        }
    }

    // MARK: Statuses that do not exist

    @Test(arguments: StoreKind.allCases) func invalidStatuses(_ kind: StoreKind) async throws {
        let notebook = Notebook()
        try await kind.open { store in
            try await Office.run(on: store, logger: notebook.logger) { office in
                let (id, _) = try await office.work(on: Sample("1-one"))
                for (status, current, words) in [
                    ("reviewing", nil, "Invalid status: reviewing"),
                    ("Failed", nil, "Invalid status: Failed"),
                    ("failed", "queued", "Invalid current status: queued"),
                ] {
                    let reply = try await office.patch(id, status, from: current)
                    #expect(try reply.status == 422 && reply["detail"]?.text == words, "\(reply.text)")
                }
                let list = try await office.client.send(.GET, "\(Self.path)?status=reviewing")
                #expect(try list.status == 422 && list["detail"]?.text == "Invalid status: reviewing")
                let known = try await office.client.send(.GET, "\(Self.path)?status=completed")
                #expect(try known["sessions"]?[0]?["id"]?.text == id.text)

                // The database refuses by itself.
                let table = kind == .postgres ? "lockstep.sessions_jobs" : "sessions_jobs"
                let fault = await #expect(throws: SQLError.self) {
                    try await store.write {
                        try $0.execute("UPDATE \(table) SET status = 'reviewing' WHERE id = ?1", id.text)
                    }
                }
                #expect(fault?.constraint == "chk_sessions_status", "\(String(describing: fault))")

                // A status that exists, but not from here.
                let reply = try await office.patch(id, "matching", from: "completed")
                #expect(reply.status == 409, "\(reply.text)")
                #expect(
                    notebook.lines.contains("warning: Unusual status transition: completed -> matching"),
                    "\(notebook.lines)")
                let metrics = try await office.client.send(.GET, "/metrics", as: "olga").text
                let line = #"expense_session_transitions_refused_total{from="completed",to="matching"} 1"#
                #expect(metrics.split(separator: "\n").contains { $0 == line })
                #expect(try await office.session(id)["status"] == "completed")
            }
        }
    }

    @Test(arguments: StoreKind.allCases) func everyTransitionIsLoggedAndCounted(_ kind: StoreKind)
        async throws
    {
        let notebook = Notebook()
        try await kind.open { store in
            try await Office.run(on: store, logger: notebook.logger) { office in
                let begin = try await office.app.journal.read(from: nil)
                let (id, _) = try await office.work(on: Sample("1-one"))
                let place = try await office.app.journal.read(from: begin)
                // Read again from the beginning nothing is told twice.
                _ = try await office.app.journal.read(from: place)
                let made = [
                    ("processing", "extracting"), ("extracting", "matching"), ("matching", "completed"),
                ]
                let lines = made.map { "info: Session \(id) status transition: \($0) -> \($1)" }
                #expect(notebook.lines.filter { $0.contains("status transition") } == lines)
                let metrics = try await office.client.send(.GET, "/metrics", as: "olga").text
                for (from, to) in made {
                    let line = "expense_session_transitions_total{from=\"\(from)\",to=\"\(to)\"} 1"
                    #expect(metrics.split(separator: "\n").contains { $0 == line }, "\(line)")
                }
            }
        }
    }
}

extension Office {
    /// Asks for a status.
    func patch(_ id: JobID, _ status: String, from current: String? = nil) async throws -> AppClient.Reply {
        var body: [String: JSONValue] = ["status": .string(status)]
        if let current { body["current_status"] = .string(current) }
        return try await client.send(
            .PATCH, "/api/expenses/sessions/\(id)", body: try JSONValue.object(body).encoded())
    }

    /// Claims a session as a worker of this name would.
    func claim(
        _ id: JobID, as name: String, in status: String = "processing", lease: Duration = .seconds(60)
    ) async throws -> Claim {
        let worker = WorkerID(name)
        let statuses = [ExpenseSession.name: [status]]
        var beat = Heartbeat(worker: worker, lease: lease, statuses: statuses, host: "here:1")
        beat.isFirst = true
        _ = try await store.beat(beat)
        let claimed = try await store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 10))
        let record = try #require(claimed.first { $0.id == id })
        return Claim(worker: worker, fence: record.fence)
    }
}
