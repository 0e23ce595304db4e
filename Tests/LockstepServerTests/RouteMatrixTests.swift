import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import LockstepServer

/// Every route × everybody who may ask.
@Suite(.timeLimit(.minutes(2))) struct RouteMatrixTests {
    private let scratch: Scratch
    private let store: SQLiteStore
    private let composition: ServerComposition
    private let tokens: [String: String]

    init() async throws {
        scratch = try Scratch()
        let time = TestTime()
        store = try await SQLiteStore(path: scratch.database, time: time)
        try await store.install([Definition(Parcel.self)])
        composition = ServerComposition(store: store, limits: .none)
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
                    if [401, 403, 404].contains(status), row.path.hasPrefix("/v1") {
                        #expect(answer.isProblem, "\(row) as \(asker)")
                        // What is somebody else's is told nothing of.
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
        var path = row.path.replacing("{name}", with: "parcel")
        if path.contains("{id}") {
            path = path.replacing("{id}", with: try await id(for: row.path))
        }
        var headers = headers(asker)
        var body = try body(of: row.route)?.encoded()
        if row.route == "POST /sign-in" {
            // Here a token comes in a form, and what the header says does not matter.
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = "token=\(tokens[asker] ?? "")"
        }
        return try await server.send(
            method ?? HTTPMethod(rawValue: row.method), path, body: body.map { ByteBuffer(string: $0) },
            headers: headers)
    }

    /// A fresh one for every cell, so that none changes what the next one finds.
    private func id(for path: String) async throws -> String {
        if path.hasPrefix("/v1/tokens") {
            return try await composition.tokens.create(TokenGrant(user: "zoe", role: .client)).record.id
        }
        if path.hasPrefix("/v1/workers") { return "nobody" }
        var job = NewJob(lifecycle: "parcel", input: "{}")
        job.status = "queued"
        job.owner = "anna"
        job.metadata = #"{"note":"secret words"}"#
        return try #require(try await store.start([job]).first).get().0.id.text
    }

    private func body(of route: String) -> JSONValue? {
        switch route {
        case "POST /v1/tokens": ["user": "zoe", "role": "client"]
        case "POST /v1/jobs": ["lifecycle": "parcel", "status": "queued", "owner": "anna"]
        case "POST /v1/jobs/{id}/moves": ["to": "withdrawn"]
        case "POST /v1/jobs/batch": ["jobs": [["lifecycle": "parcel", "status": "queued", "owner": "anna"]]]
        case "POST /v1/jobs/{id}/hold": ["name": "address"]
        case "POST /v1/jobs/{id}/progress": ["worker": "w", "fence": 1, "progress": 1]
        case "POST /v1/jobs/{id}/finish": ["worker": "w", "fence": 1, "to": "delivered"]
        case "POST /v1/jobs/{id}/fail":
            ["worker": "w", "fence": 1, "failure": ["audience": "temporary", "message": "m"]]
        case "POST /v1/jobs/{id}/yield": ["worker": "w", "fence": 1]
        case "POST /v1/workers": ["name": "w", "statuses": ["parcel": ["packing"]]]
        default: nil
        }
    }
}
