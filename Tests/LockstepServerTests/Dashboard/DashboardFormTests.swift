import Lockstep
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import LockstepServer

/// One after the other: in a debug build a page takes a while, and clients do not wait for ever.
@Suite(.serialized) struct DashboardFormTests {
    @Test func aFormOfTheSessionActs() async throws {
        try await TestServer.withDashboard { server, store in
            let id = try await server.start(as: "anna")
            let answer = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "olga",
                ["action": "cancel", "reason": "not wanted & <gone>", "expecting": "queued"])
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == ["/dashboard/jobs/\(id)?done=cancel"])
            let page = try await server.page("/dashboard/jobs/\(id)?done=cancel", as: "olga")
            #expect(
                page.text.contains("The job was cancelled.")
                    && page.text.contains("not wanted &amp; &lt;gone&gt;"))
            let history = try await store.history(of: try #require(JobID(id)), in: "parcel", after: 1)
            #expect(history.map(\.actor) == [.operator("olga")])
            #expect(history.map(\.to) == ["withdrawn"])
        }
    }

    @Test func anOwnerActsAsTheOwner() async throws {
        try await TestServer.withDashboard { server, store in
            let id = try await server.start(as: "anna")
            let answer = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "anna", ["action": "cancel"])
            #expect(answer.status == 303)
            let history = try await store.history(of: try #require(JobID(id)), in: "parcel", after: 1)
            #expect(history.map(\.actor) == [.owner("anna")])
        }
    }

    @Test(arguments: [
        (["Sec-Fetch-Site": "cross-site"], ""), (["Sec-Fetch-Site": "same-site"], ""),
        (["Origin": "https://evil.example"], ""), (["Origin": "http://127.0.0.1"], ""),
        (["Origin": "null", "Sec-Fetch-Site": "none"], ""),
        (["Origin": "http://127.0.0.1:1@evil.example"], ""),
        ([:], "-"), ([:], "0000"), ([:], "berta"),
    ])
    func aFormFromElsewhereIsRefused(headers: [String: String], token: String) async throws {
        try await TestServer.withDashboard { server, store in
            let id = try await server.start(as: "anna")
            let other: String? =
                token == "berta" ? try await server.formToken(of: "berta") : token.isEmpty ? nil : token
            for path in ["/dashboard/jobs/\(id)/actions", "/dashboard/lifecycles/parcel/pause"] {
                let answer = try await server.submit(
                    path, as: "olga", ["action": "cancel"], token: other, headers: headers)
                #expect(answer.status == 403)
                #expect(answer.headers.first(name: "content-type") == "text/html; charset=utf-8")
                #expect(answer.text.contains("<h1>"))
            }
            let job = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try job["status"] == "queued")
            #expect(try await store.pauses().all.isEmpty)
        }
    }

    @Test func aFormWithoutACookieIsNobodys() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "olga", ["action": "cancel"],
                headers: ["Cookie": "a=b"])
            #expect(answer.status == 401)
        }
    }

    @Test func onlyTheDashboardTakesForms() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            for path in ["/v1/jobs/\(id)/moves", "/dashboardx", "/dashboard"] {
                let answer = try await server.submit(path, as: "olga", ["to": "lost"])
                #expect(answer.status == 401, "\(path)")
            }
        }
    }

    @Test func aProgramWithATokenNeedsNoFormToken() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.send(
                .POST, "/dashboard/jobs/\(id)/actions", as: "olga", body: ByteBuffer(string: "action=cancel"),
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == 303)
        }
    }

    @Test(arguments: ["willi", "berta"])
    func othersDoNotAct(user: String) async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.send(
                .POST, "/dashboard/jobs/\(id)/actions", as: user, body: ByteBuffer(string: "action=cancel"),
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == (user == "willi" ? 403 : 404))
            let pause = try await server.send(
                .POST, "/dashboard/lifecycles/parcel/pause", as: user, body: ByteBuffer(string: "status="),
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(pause.status == 403)
            let job = try await server.get("/v1/jobs/\(id)", as: "anna")
            #expect(try job["status"] == "queued")
        }
    }

    @Test func whoSeesAnOldPageChangesNothing() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna", status: "announced")
            let answer = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "olga", ["action": "cancel", "expecting": "queued"])
            #expect(answer.status == 409)
            #expect(answer.text.contains("Nothing was changed") && answer.text.contains("role=\"alert\""))
            let refused = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "olga", ["action": "move", "to": "delivered"])
            #expect(refused.status == 409 && refused.text.contains("cannot move from"))
            for fields in [["action": "explode"], [:], ["action": "move"]] {
                let answer = try await server.submit("/dashboard/jobs/\(id)/actions", as: "olga", fields)
                #expect(answer.status == 422)
            }
        }
    }

    @Test func aLifecycleIsPausedAndResumed() async throws {
        try await TestServer.withDashboard { server, store in
            for (status, place) in [("", nil), ("packing", "packing")] as [(String, String?)] {
                let paused = try await server.submit(
                    "/dashboard/lifecycles/parcel/pause", as: "olga", ["status": status, "reason": "repairs"])
                #expect(paused.status == 303)
                let pause = try #require(try await store.pauses().all.first)
                #expect(
                    pause.status == place && pause.reason == "repairs" && pause.actor == .operator("olga"))
                let page = try await server.page("/dashboard", as: "olga")
                #expect(page.text.contains("repairs") && page.text.contains("class=\"paused\""))
                let resumed = try await server.submit(
                    "/dashboard/lifecycles/parcel/resume", as: "olga", ["status": status])
                #expect(resumed.status == 303)
                #expect(try await store.pauses().all.isEmpty)
            }
            let end = try await server.submit(
                "/dashboard/lifecycles/parcel/pause", as: "olga", ["status": "delivered"])
            #expect(end.status == 409)
        }
    }

    @Test func anAdminErases() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            _ = try await server.submit("/dashboard/jobs/\(id)/actions", as: "olga", ["action": "cancel"])
            let olga = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "olga", ["action": "erase"])
            #expect(olga.status == 403)
            let answer = try await server.submit(
                "/dashboard/jobs/\(id)/actions", as: "ada", ["action": "erase"], token: nil)
            #expect(answer.status == 303 && answer.headers["location"] == ["/dashboard/jobs"])
            #expect(try await server.get("/v1/jobs/\(id)", as: "ada").status == 404)
        }
    }

    // MARK: What is offered

    /// What a page offers is what the store then does, and nothing else would be.
    @Test(arguments: [Identity(user: "olga", role: .admin), Identity(user: "anna", role: .client)])
    func whatIsOfferedIsWhatIsPossible(identity: Identity) async throws {
        let definition = Definition(Parcel.self)
        let candidates: [JobAction] =
            [.cancel, .retry, .release, .reopen, .hold("address"), .hold("nothing")]
            + definition.names.map(JobAction.move)
        for setting in Setting.allCases {
            let (probe, _) = try await setting.make()
            let offered = JobActions(probe, definition, for: identity, now: setting.now).all
            for action in candidates {
                let (job, store) = try await setting.make()
                let command = JobActions.command(action, on: job, by: identity)
                let outcome = try await store.apply([command])[0]
                if offered.contains(action) {
                    _ = try outcome.get()
                } else if case .done(let after) = outcome {
                    // Another button does the same.
                    let same = try await offered.asyncContains { other in
                        let (job, store) = try await setting.make()
                        let done = try await store.apply([JobActions.command(other, on: job, by: identity)])[
                            0
                        ].get()
                        return done.status == after.status
                    }
                    #expect(same, "\(setting): \(action) is possible and not offered")
                }
            }
        }
    }

    /// How a job may be when somebody looks at it.
    private enum Setting: CaseIterable {
        case announced, queued, held, packing, parked, review, lost, withdrawn

        var now: Timestamp { TestTime().now() }

        func make() async throws -> (JobRecord, MemoryStore) {
            let store = MemoryStore(time: TestTime(), draw: { 0.5 })
            _ = try await store.install([Definition(Parcel.self)])
            var job = NewJob(lifecycle: "parcel")
            job.owner = "anna"
            job.status = self == .announced ? "announced" : "queued"
            var record = try await store.start([job])[0].get().record
            func apply(_ change: Command.Change, _ actor: Actor, _ claim: Claim? = nil) async throws {
                var command = Command(change, job: record.id, of: "parcel", by: actor)
                command.claim = claim
                record = try await store.apply([command])[0].get()
            }
            switch self {
            case .announced, .queued: break
            case .held: try await apply(.hold("address"), .operator("olga"))
            case .withdrawn: try await apply(.cancel, .operator("olga"))
            case .lost: try await apply(.move(to: "lost"), .operator("olga"))
            case .packing, .parked, .review:
                let worker = WorkerID("w")
                var heartbeat = Heartbeat(
                    worker: worker, lease: .seconds(60), statuses: ["parcel": ["packing"]], host: "h")
                heartbeat.isFirst = true
                _ = try await store.beat(heartbeat)
                record = try #require(
                    try await store.claim(
                        ClaimRequest(worker: worker, statuses: ["parcel": ["packing"]], limit: 1)
                    ).first)
                let claim = Claim(worker: worker, fence: record.fence)
                if self == .parked {
                    try await apply(.fail(.adminRequired("no", code: "no")), .worker("w"), claim)
                } else if self == .review {
                    try await apply(.move(to: "review"), .worker("w"), claim)
                }
            }
            return (record, store)
        }
    }
}

extension Array {
    fileprivate func asyncContains(_ isWanted: (Element) async throws -> Bool) async rethrows -> Bool {
        for element in self where try await isWanted(element) { return true }
        return false
    }
}
