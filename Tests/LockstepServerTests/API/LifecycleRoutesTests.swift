import Lockstep
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@Suite struct LifecycleRoutesTests {
    @Test func aLifecycleIsShownWhole() async throws {
        try await TestServer.withJobs { server, _ in
            let list = try await server.get("/v1/lifecycles", as: "anna")
            #expect(try list["lifecycles"]?.items?.map { $0["name"] } == ["footage", "parcel"])
            let answer = try await server.get("/v1/lifecycles/parcel", as: "anna")
            let definition = Definition(Parcel.self)
            #expect(try answer["statuses"] == .array(definition.names.map(JSONValue.string)))
            #expect(try answer["fingerprint"]?.text == definition.fingerprint())
            #expect(try answer["edges"]?.items?.count == definition.edges.count)
            #expect(try answer["longest_time"]?["words"]?.text == definition.longestTime().description)
            #expect(try answer["counts"] == nil && answer["pauses"] == nil)
            let read = try JSONText.decode(
                Definition.self, from: try #require(try answer["definition"]).encoded())
            #expect(read == definition)
            let rules = try #require(try answer["rules"]?.items)
            let words = rules[1]["words"]?.items?.compactMap(\.text)
            #expect(
                words == [
                    "Waits for a free worker, which takes it to 'packing', for at most 1h.",
                    "A failure moves it to 'lost'.", "Cancelling moves it to 'withdrawn'.",
                    "It may be held for 'address', until its owner or an operator releases it, for at most 2d, "
                        + "then it moves to 'withdrawn'.",
                ])
            #expect(try await server.get("/v1/lifecycles/letters", as: "anna").status == 404)
        }
    }

    @Test func countsAndPausesAreForThoseWhoOperate() async throws {
        try await TestServer.withJobs { server, _ in
            _ = try await server.start(as: "anna")
            let paused = try await server.post(
                "/v1/lifecycles/parcel/pause", as: "olga", ["status": "queued", "reason": "lunch"])
            #expect(try paused["reason"] == "lunch" && paused["by"] == ["kind": "operator", "name": "olga"])
            for user in ["anna", "willi"] {
                #expect(try await server.get("/v1/lifecycles/parcel", as: user)["pauses"] == nil)
            }
            let seen = try await server.get("/v1/lifecycles/parcel", as: "ada")
            #expect(try seen["pauses"]?.items?.count == 1)
            let counts = try #require(try seen["counts"]?.items)
            #expect(counts.contains(["status": "queued", "jobs": 1, "parked": 0]))
            let lifted = try await server.post(
                "/v1/lifecycles/parcel/resume", as: "ada", ["status": "queued"])
            #expect(try lifted["lifted"]?["status"] == "queued")
            #expect(
                try await server.post("/v1/lifecycles/parcel/resume", as: "ada", text: "")["lifted"] == .null)
            #expect(
                try await server.post("/v1/lifecycles/parcel/pause", as: "ada", text: "")["status"] == .null)
            let odd = try await server.post("/v1/lifecycles/parcel/pause", as: "ada", ["status": "review"])
            #expect(odd.status == 409)
            let none = try await server.post("/v1/lifecycles/parcel/pause", as: "ada", ["status": "x"])
            #expect(none.status == 422)
        }
    }

    @Test func diagramsComeInTwoLanguagesAndAsAPicture() async throws {
        try await TestServer.withJobs { server, _ in
            let path = "/v1/lifecycles/parcel/diagram"
            let definition = Definition(Parcel.self)
            for (query, user, text) in [
                ("", "willi", definition.mermaid()), ("?format=mermaid", "olga", definition.mermaid()),
                ("?format=dot", "anna", definition.dot()),
            ] {
                let answer = try await server.get(path + query, as: user)
                #expect(answer.text == text)
            }
            let picture = try await server.get("\(path)?format=svg", as: "anna")
            #expect(picture.text == LifecycleDrawing(definition).svg())
            #expect(picture.headers.first(name: "content-type") == "image/svg+xml")
            #expect(picture.headers.first(name: "content-security-policy")?.contains("unsafe") == false)
            let png = try await server.get("\(path)?format=png", as: "anna")
            #expect(png.status == 422)
        }
    }

    @Test func aLifecycleThatIsInstalledLaterIsFoundAtOnce() async throws {
        let store = MemoryStore()
        _ = try await store.install([Definition(Parcel.self)])
        try await TestServer.withAPI(on: store) { server in
            #expect(try await server.get("/v1/lifecycles/footage", as: "anna").status == 404)
            _ = try await store.install([Definition(Footage.self)])
            #expect(try await server.get("/v1/lifecycles/footage", as: "anna").status == 200)
            #expect(try await server.post("/v1/jobs", as: "anna", ["lifecycle": "footage"]).status == 201)
        }
    }
}
