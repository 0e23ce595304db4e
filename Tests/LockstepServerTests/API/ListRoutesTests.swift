import Lockstep
import LockstepServer
import LockstepTesting
import Testing

@Suite struct ListRoutesTests {
    private func ids(_ answer: Answer) throws -> [String] {
        try (answer["jobs"]?.items ?? []).compactMap { $0["id"]?.text }
    }

    @Test func pagesGiveEveryJobOnceNewestFirst() async throws {
        let time = TestTime()
        try await TestServer.withJobs(time: time) { server, _ in
            var started: [String] = []
            for index in 0..<23 {
                time.advance(by: .seconds(1))
                if index.isMultiple(of: 2) {
                    started.append(try await server.start(as: "anna"))
                } else {
                    let answer = try await server.post("/v1/jobs", as: "berta", ["lifecycle": "footage"])
                    started.append(try #require(try answer["id"]?.text))
                }
            }
            var seen: [String] = []
            var cursor: String? = ""
            while let at = cursor {
                let page = try await server.get(
                    "/v1/jobs?limit=5\(at.isEmpty ? "" : "&cursor=\(at)")", as: "olga")
                #expect(page.status == 200)
                seen += try ids(page)
                cursor = try page["next_cursor"]?.text
            }
            #expect(seen == started.reversed())
        }
    }

    @Test func filtersNarrowTheList() async throws {
        let time = TestTime()
        try await TestServer.withJobs(time: time) { server, store in
            let first = try await server.start(as: "anna", ["key": "k"])
            time.advance(by: .minutes(1))
            let second = try await server.start(as: "berta", status: "announced")
            time.advance(by: .minutes(1))
            let third = try await server.start(as: "berta")
            _ = try await server.post("/v1/jobs/\(third)/cancel", as: "berta", text: "")
            func list(_ query: String, as user: String = "olga") async throws -> [String] {
                let answer = try await server.get("/v1/jobs?\(query)", as: user)
                #expect(answer.status == 200, "\(query): \(answer.text)")
                return try ids(answer)
            }
            #expect(try await list("lifecycle=parcel") == [third, second, first])
            #expect(try await list("lifecycle=footage") == [])
            #expect(try await list("status=queued") == [first])
            #expect(try await list("status=queued&status=announced") == [second, first])
            #expect(try await list("owner=berta&live=true") == [second])
            #expect(try await list("live=false") == [third])
            #expect(try await list("key=k") == [first])
            #expect(try await list("created_after=2026-01-01T00:01:00Z") == [third, second])
            #expect(try await list("created_before=2026-01-01T00:01:00Z") == [first])
            #expect(try await list("created_after=2026-01-01T01%3A01%3A00%2B01%3A00") == [third, second])
            #expect(try await list("", as: "berta") == [third, second])
            #expect(try await list("owner=anna", as: "anna") == [first])
            #expect(try await list("stuck=true") == [])
            time.advance(by: .minutes(6))
            #expect(try await list("stuck=true") == [second])
            #expect(try await list("audience=user_fixable") == [])
        }
    }

    @Test(arguments: [
        "limit=0", "limit=201", "limit=x", "limit=", "limit=1&limit=2", "live=yes", "cursor=abc",
        "cursor=%00", "status=nowhere", "lifecycle=parcel&status=awaiting", "created_after=today",
        "created_after=2026-13-45T00:00:00Z", "created_after=99999-01-01T00:00:00Z", "audience=nobody",
        "colour=red", "owner=", "key=a%00b", "owner=%ff", "%6cimit=0",
        "owner=\(String(repeating: "o", count: 256))",
    ])
    func whatCannotBeMeantIsRefused(query: String) async throws {
        try await TestServer.withJobs { server, _ in
            let answer = try await server.get("/v1/jobs?\(query)", as: "olga")
            #expect(answer.status == 422, "\(answer.text)")
            #expect(answer.isProblem)
        }
    }

    @Test func clientsSeeNothingOfOthersInLists() async throws {
        try await TestServer.withJobs { server, _ in
            let id = try await server.start(as: "anna")
            let mine = try await server.get("/v1/jobs", as: "berta")
            #expect(try ids(mine) == [] && !mine.text.contains(id))
            #expect(try await server.get("/v1/jobs?owner=anna", as: "berta").status == 403)
            #expect(try await server.get("/v1/jobs?lifecycle=letters", as: "berta").status == 404)
        }
    }
}
