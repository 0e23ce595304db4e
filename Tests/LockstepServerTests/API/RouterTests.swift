import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct RouterTests {
    private static let nobody = "0197a000-0000-7000-8000-000000000000"

    /// A path of the template's that names nothing that is there.
    private static func path(_ route: APIRoute) -> String {
        let part =
            route.path.contains("{name}") ? "letters" : route.path.hasPrefix("/v1/workers") ? "w" : nobody
        return route.path.replacing("{name}", with: part).replacing("{id}", with: part)
    }

    @Test func theDocumentAndTheRouterHaveTheSameRoutes() async throws {
        try await TestServer.withJobs { server, _ in
            let paths = try #require(server.contract?.document["paths"]?.members)
            let documented = paths.flatMap { path, operations in
                (operations.members ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
            }
            let table = (APIRoutes.table + [.health]).map { "\($0.method.rawValue) \($0.path)" }
            #expect(documented.sorted() == table.sorted())
            #expect(Set(APIRoutes.table.map(\.name)).count == APIRoutes.table.count)
            // Nothing of the table is missing in the router, and nothing answers to another method.
            for route in APIRoutes.table {
                let answer = try await server.send(
                    HTTPMethod(rawValue: route.method.rawValue), Self.path(route), as: "ada")
                let isMissing =
                    try answer.isProblem && answer["detail"]?.text?.contains("there is nothing at") == true
                #expect(answer.status != 405 && !isMissing, "\(route.name)")
            }
        }
    }

    @Test func whoeverMissesARouteByItsMethodIsToldWhichItHas() async throws {
        try await TestServer.withJobs { server, _ in
            for (method, path, allow) in [
                (HTTPMethod.PUT, "/v1/jobs", "GET, HEAD, POST"), (.GET, "/v1/jobs/batch", "POST"),
                (.POST, "/v1/jobs/\(Self.nobody)", "DELETE, GET, HEAD"),
                (.OPTIONS, "/v1/workers", "GET, HEAD, POST"),
                (.TRACE, "/v1/lifecycles/parcel/pause", "POST"), (.DELETE, "/health", "GET, HEAD"),
                (.RAW(value: "PROPFIND"), "/metrics", "GET, HEAD"),
            ] {
                let answer = try await server.send(method, path, as: "ada")
                #expect(answer.status == 405, "\(method) \(path)")
                #expect(answer.headers.first(name: "allow") == allow)
                #expect(answer.isProblem)
            }
            for path in ["/v1", "/v1/job", "/v1/jobs/x/y/z", "/v2/jobs", "/v1/lifecycles/parcel/moves"] {
                #expect(try await server.get(path, as: "ada").status == 404, "\(path)")
            }
        }
    }

    @Test func headIsGetWithoutABody() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            for path in ["/v1/jobs/\(id)", "/v1/jobs", "/v1/lifecycles", "/health", "/openapi.json"] {
                let get = try await server.get(path, as: "anna")
                let head = try await server.send(.HEAD, path, as: "anna")
                #expect(head.status == get.status && head.text.isEmpty, "\(path)")
                for name in ["content-type", "content-length", "etag"] {
                    #expect(
                        head.headers.first(name: name) == get.headers.first(name: name), "\(path) \(name)")
                }
            }
            #expect(try await server.send(.HEAD, "/v1/jobs/\(Self.nobody)", as: "anna").status == 404)
            #expect(try await server.send(.HEAD, "/v1/jobs/batch", as: "anna").status == 405)
        }
    }

    /// Every role on every route: those who are not named are refused, before anything is looked up or read.
    @Test func everyRouteIsForItsRolesAlone() async throws {
        try await TestServer.withJobs { server, _ in
            let users: [(String, Identity.Role)] = [
                ("anna", .client), ("olga", .operator), ("ada", .admin), ("willi", .worker),
            ]
            for route in APIRoutes.table {
                let method = HTTPMethod(rawValue: route.method.rawValue)
                let stranger = try await server.send(method, Self.path(route))
                #expect((stranger.status == 401) == !route.isOpen, "\(route.name)")
                for (user, role) in users {
                    let answer = try await server.send(method, Self.path(route), as: user)
                    let mayUse = route.isOpen || route.roles.contains(role)
                    #expect((answer.status == 403) == !mayUse, "\(role) \(route.name): \(answer.status)")
                }
            }
        }
    }

    @Test func otherContentTypesAreRefused() async throws {
        try await TestServer.withJobs { server, _ in
            let body = "{\"lifecycle\": \"footage\"}"
            for (type, status) in [
                ("application/json", 201), ("application/json; charset=utf-8", 201),
                ("APPLICATION/JSON", 201),
                ("application/merge-patch+json", 201), ("text/plain", 415),
                ("application/x-www-form-urlencoded", 415),
                ("multipart/form-data; boundary=x", 415), ("", 415), ("json", 415),
            ] {
                let answer = try await server.post(
                    "/v1/jobs", as: "anna", text: body, headers: ["Content-Type": type])
                #expect(answer.status == status, "\(type)")
            }
        }
    }

    @Test func theDocumentHoldsTogether() async throws {
        try await TestServer.withJobs { server, _ in
            let document = try #require(server.contract?.document)
            let check = SchemaCheck(document: document)
            var references: Set<String> = []
            func walk(_ value: JSONValue) {
                switch value {
                case .object(let members):
                    if let reference = members["$ref"]?.text { references.insert(reference) }
                    members.values.forEach(walk)
                case .array(let items): items.forEach(walk)
                default: break
                }
            }
            walk(document)
            for reference in references { #expect(check.resolve(reference) != .null, "\(reference)") }
            // Schemas that nothing refers to are left-overs.
            for name in document["components"]?["schemas"]?.members?.keys ?? [:].keys {
                #expect(references.contains("#/components/schemas/\(name)"), "\(name)")
            }
            // Every example is one of its schema.
            for (name, schema) in document["components"]?["schemas"]?.members ?? [:] {
                for example in schema["examples"]?.items ?? [] {
                    #expect(
                        check.faults(example, schema).filter { !$0.contains("'enum'") }.isEmpty, "\(name)")
                }
            }
            #expect(check.resolve("#/components/schemas/LifecycleName")["enum"] == ["footage", "parcel"])
        }
    }

    @Test func aServerIsReadyWhenItsStoreAnswersAndNothingElseIsAmiss() async throws {
        try await TestServer.withJobs { server, _ in
            let ready = try await server.get("/ready")
            #expect(try ready.json == ["status": "ok"])
        }
        let layout = Failure.adminRequired("the layout in secret.sqlite is another one", code: "schema")
        for (store, fault) in [(BrokenStore() as any Store, nil), (MemoryStore(), layout)] {
            let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
            APIRoutes(store: store, readiness: { if let fault { throw fault } }).add(to: router)
            try await TestServer.run(router) { server in
                let answer = try await server.get("/ready")
                #expect(answer.status == 503)
                #expect(try answer["code"] == "not_ready")
                #expect(answer.headers.first(name: "retry-after") != nil)
                #expect(!answer.text.contains("secret"))
            }
        }
    }
}
