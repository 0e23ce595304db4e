import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import LockstepUploads
import NIOCore
import NIOHTTP1
import Testing

@testable import LockstepServer

/// Every route × everybody who may ask.
@Suite(.timeLimit(.minutes(2))) struct RouteMatrixTests {
    private let scratch: Scratch
    private let store: SQLiteStore
    private let storage: DiskStorage
    private let uploads: Uploads
    private let composition: ServerComposition
    private let tokens: [String: String]

    init() async throws {
        scratch = try Scratch()
        let time = TestTime()
        store = try await SQLiteStore(path: scratch.database, time: time)
        try await store.install([Definition(Parcel.self), Definition(Footage.self)])
        storage = try await DiskStorage(scratch.path("uploads"), time: time)
        uploads = Uploads(store: store, storage: storage)
        try await uploads.setUp()
        composition = ServerComposition(store: store, limits: .none, uploads: UploadService(uploads))
        var tokens = ["bad": "lst_nobody-ever-made-this-one"]
        let grant = TokenGrant(user: "ada", role: .admin, lifetime: .seconds(1))
        tokens["old"] = try await composition.tokens.create(grant).token
        time.advance(by: .seconds(2))
        for (user, role) in [
            ("anna", Identity.Role.client), ("berta", .client), ("olga", .operator), ("ada", .admin),
            ("willi", .worker),
        ] {
            tokens[user] = try await composition.tokens.create(user: user, role: role)
        }
        self.tokens = tokens
    }

    @Test func everyRouteHasALineAndEveryLineARoute() {
        let list = RouteList()
        composition.addRoutes(to: list)
        #expect(Set(list.routes).subtracting(RouteMatrix.rows.map(\.route)) == [], "routes without a line")
        #expect(Set(RouteMatrix.rows.map(\.route)).subtracting(list.routes) == [], "lines without a route")
        #expect(Set(list.routes).count == list.routes.count, "a route is there twice")
        #expect(RouteMatrix.rows.allSatisfy { $0.statuses.count == RouteMatrix.askers.count })
    }

    @Test func everyCellIsAsTheTableSays() async throws {
        try await TestServer.run(composition.router()) { server in
            for row in RouteMatrix.rows {
                for (asker, status) in zip(RouteMatrix.askers, row.statuses) {
                    let answer = try await ask(row, as: asker, server)
                    #expect(answer.status == status, "\(row) as \(asker): \(answer.text.prefix(300))")
                    if row.route == "POST /v1/jobs/batch", asker == "berta" {
                        #expect(answer.text.contains(#""status":403"#) && !answer.text.contains(#""id""#))
                    }
                    if [401, 403, 404].contains(status), !row.path.hasPrefix("/sign") {
                        #expect(answer.isProblem, "\(row) as \(asker)")
                    }
                    // Whatever it is that berta is shown: of anna's jobs it is nothing.
                    if status >= 400 || asker == "berta" {
                        #expect(!answer.text.contains("secret words"), "\(row) as \(asker)")
                    }
                }
            }
        }
    }

    /// HEAD is answered as GET is.
    @Test func headIsGuardedAsGetIs() async throws {
        try await TestServer.run(composition.router()) { server in
            for row in RouteMatrix.rows where row.method == "GET" {
                for (asker, status) in zip(RouteMatrix.askers, row.statuses) {
                    let answer = try await ask(row, as: asker, server, method: .HEAD)
                    #expect(answer.status == status, "HEAD \(row.path) as \(asker)")
                }
            }
        }
    }

    /// What is not there tells nobody without a token that it is not there.
    @Test func whatIsNotThereIsDeniedToo() async throws {
        try await TestServer.run(composition.router()) { server in
            for path in ["/", "/v1", "/v1/", "/v1/tokens/", "/v1/nothing", "/v1/jobs/../tokens", "/V1/jobs"] {
                for asker in ["—", "bad", "old"] {
                    let answer = try await server.send(.GET, path, headers: headers(asker))
                    #expect(answer.status == 401, "\(path) as \(asker)")
                }
            }
        }
    }

    // MARK: Asking

    private func headers(_ asker: String) -> [String: String] {
        tokens[asker].map { ["Authorization": "Bearer \($0)"] } ?? [:]
    }

    private func ask(
        _ row: RouteMatrix.Row, as asker: String, _ server: TestServer, method: HTTPMethod? = nil
    ) async throws -> Answer {
        let question = try await question(row.route)
        var path = row.path
        for (name, value) in question.names { path = path.replacing("{\(name)}", with: value) }
        var headers = headers(asker)
        var body = try question.body?.encoded()
        if row.method == "POST", !row.path.hasPrefix("/v1") {
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            // At the sign-in a token comes in the form, and what the header says does not matter.
            body = row.path == "/sign-in" ? "token=\(tokens[asker] ?? "")" : question.form
        } else if body != nil {
            headers["Content-Type"] = "application/json"
        } else if let sent = question.upload {
            headers["Content-Type"] = "video/mp4"
            body = sent
        }
        return try await server.send(
            method ?? HTTPMethod(rawValue: row.method), path + question.query,
            body: body.map { ByteBuffer(string: $0) }, headers: headers,
            isEndless: row.path.hasSuffix("/events"))
    }

    /// What is asked: about something fresh for every cell, so that none changes what the next one finds.
    private struct Question {
        var names: [String: String] = [:]
        var query = ""
        var body: JSONValue?
        var form = ""
        /// What is sent to a signed address.
        var upload: String?
    }

    private func question(_ route: String) async throws -> Question {
        switch route {
        case "POST /v1/tokens": Question(body: ["user": "zoe", "role": "client"])
        case "DELETE /v1/tokens/{id}":
            Question(names: [
                "id": try await composition.tokens.create(TokenGrant(user: "zoe", role: .client)).record.id
            ])
        case _ where route.contains("/lifecycles/{name}"):
            Question(
                names: ["name": "parcel"], query: route.hasSuffix("/diagram") ? "?format=dot" : "",
                body: route.hasPrefix("POST") ? ["status": "queued"] : nil, form: "status=queued")
        case "GET /dashboard/tables/{name}": Question(names: ["name": "nothing.status"])
        case "GET /dashboard/search": Question(query: "?q=anna")
        case "GET /dashboard/assets/{file}":
            Question(names: [
                "file": try #require(DashboardAssets.style.path.split(separator: "/").last.map(String.init))
            ])
        case "POST /v1/jobs": Question(body: Self.start)
        case "POST /v1/jobs/batch": Question(body: ["jobs": [Self.start]])
        case "GET /v1/events": Question(query: "?owner=anna")
        case "POST /v1/workers": Question(body: ["name": "w", "statuses": ["parcel": ["packing"]]])
        case _ where route.contains("/v1/workers/{id}"):
            Question(
                names: ["id": try await worker()], body: route.hasSuffix("/claims") ? ["limit": 1] : nil)
        case _ where route.contains("uploads"): try await aboutAnUpload(route)
        case _ where route.contains("/jobs/{id}"): try await aboutAJob(route)
        default: Question()
        }
    }

    private static let start: JSONValue = ["lifecycle": "parcel", "status": "queued", "owner": "anna"]

    private func worker() async throws -> String {
        let worker = WorkerID("w-\(JobID().text)")
        var beat = Heartbeat(
            worker: worker, lease: .seconds(600), statuses: ["parcel": ["packing", "labelling"]],
            host: "here")
        beat.isFirst = true
        _ = try await store.beat(beat)
        return worker.text
    }

    /// A job of anna's that is where the route can do something.
    private func aboutAJob(_ route: String) async throws -> Question {
        let action = route.split(separator: "/").last.map(String.init) ?? ""
        let isWork = ["progress", "finish", "fail", "yield"].contains(action)
        let job = try await job(in: isWork || action == "retry" ? "labelling" : "queued")
        var question = Question(names: ["id": job.id.text])
        func change(_ change: Command.Change, claim: Claim? = nil) async throws {
            var command = Command(
                change, job: job.id, of: "parcel",
                by: claim.map { .worker($0.worker.text) } ?? .operator("me"))
            command.claim = claim
            _ = try #require(try await store.apply([command]).first).get()
        }
        switch action {
        case "moves": question.body = ["to": "withdrawn"]
        case "cancel": question.body = [:]
        case "actions": question.form = "action=cancel"
        case "hold": question.body = ["name": "address"]
        case "release": try await change(.hold("address"))
        case "reopen": try await change(.move(to: "lost"))
        case "retry":
            let claim = try await claim(job)
            try await change(.fail(.adminRequired("the scales are broken")), claim: claim)
        case "{id}" where route.hasPrefix("DELETE"): try await change(.move(to: "withdrawn"))
        case _ where isWork:
            let claim = try await claim(job)
            var body: [String: JSONValue] = [
                "worker": .string(claim.worker.text), "fence": .integer(claim.fence),
            ]
            if action == "progress" { body["progress"] = 10 }
            if action == "finish" { body["to"] = "delivered" }
            if action == "fail" { body["failure"] = ["audience": "user_fixable", "message": "it is torn"] }
            question.body = .object(body)
        default: break
        }
        return question
    }

    /// A job of anna's that waits for an upload, which is there when the route is to find it.
    private func aboutAnUpload(_ route: String) async throws -> Question {
        let id = JobID()
        var start = NewJob(lifecycle: "footage")
        start.id = id
        start.owner = "anna"
        let (new, definition) = (start, Definition(Footage.self))
        let announcement = Announcement(
            job: id, lifecycle: "footage", name: "video", filename: "secret words.mp4", size: 5,
            contentType: "video/mp4")
        let permit = try await uploads.announce(announcement, in: definition, policy: UploadPolicy()) {
            _ = try $0.start(new).get()
        }.permit
        let address = try #require(permit.requests.first?.url.split(separator: "?").map(String.init))
        let key = address[0].replacing(DiskStorage.path, with: "")
        if route.hasPrefix("PUT") {
            return Question(names: ["key": key], query: "?\(address[1])", upload: "video")
        }
        if route.hasSuffix("/uploads"), route.hasPrefix("POST") {
            return Question(
                names: ["id": id.text],
                body: ["name": "video", "filename": "a.mp4", "content_type": "video/mp4", "size": 7])
        }
        let file = scratch.path("file")
        try "video".write(toFile: file, atomically: true, encoding: .utf8)
        _ = try await storage.put(
            file: file, as: try #require(ObjectKey(key)), contentType: "video/mp4")
        if route.hasSuffix("{name}") {
            _ = try await uploads.complete(id, in: definition, by: .owner("anna"))
        }
        return Question(names: ["id": id.text, "name": "video"])
    }

    private func job(in status: String) async throws -> JobRecord {
        var job = NewJob(lifecycle: "parcel", input: "{}")
        job.status = status
        job.owner = "anna"
        job.priority = 1000
        job.metadata = #"{"note":"secret words"}"#
        return try #require(try await store.start([job]).first).get().record
    }

    /// Claims jobs until it has this one.
    private func claim(_ job: JobRecord) async throws -> Claim {
        let worker = WorkerID(try await worker())
        let request = ClaimRequest(worker: worker, statuses: ["parcel": ["labelling"]], limit: 1000)
        let claimed = try #require(try await store.claim(request).first { $0.id == job.id })
        return Claim(worker: worker, fence: claimed.fence)
    }
}
