import Foundation
import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

@testable import LockstepServer

/// One after the other: in a debug build a page takes a while, and clients do not wait for ever.
@Suite(.serialized) struct DashboardPageTests {
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

    @Test func everyPageIsSentWithThePolicyAndNeedsNothingInline() async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna", ["key": "k"])
            for path in [
                "/dashboard", "/dashboard/jobs", "/dashboard/jobs/\(id)", "/dashboard/lifecycles/parcel",
                "/dashboard/workers",
            ] {
                let answer = try await server.page(path, as: "olga")
                #expect(answer.status == 200, "\(path)")
                #expect(answer.headers["content-security-policy"] == [Self.policy])
                #expect(answer.headers.first(name: "x-content-type-options") == "nosniff")
                #expect(answer.headers.first(name: "cache-control") == "no-store")
                #expect(answer.headers.first(name: "content-type") == "text/html; charset=utf-8")
                let text = answer.text
                #expect(!text.contains(" style=") && !text.contains("<style"), "\(path)")
                #expect(text.firstMatch(of: #/ on[a-z]+=/#) == nil, "\(path)")
                #expect(text.contains("<html lang=\"en\">") && text.contains("<main id=\"main\""))
                #expect(text.contains("href=\"#main\"") && text.contains("aria-live=\"polite\""))
            }
        }
    }

    @Test func nothingComesFromOutside() async throws {
        try await TestServer.withDashboard { server, _ in
            let page = try await server.page("/dashboard", as: "olga")
            for part in page.text.components(separatedBy: "http").dropFirst() {
                // The name of a namespace is no address that anything is loaded from.
                #expect(part.hasPrefix("://www.w3.org/2000/svg"))
            }
            #expect(
                !DashboardAssets.style.text.contains("url(")
                    && !DashboardAssets.style.text.contains("@import"))
            for file in [DashboardAssets.style, DashboardAssets.script] {
                #expect(page.text.contains("\"\(file.path)\""))
                let answer = try await server.page(file.path, as: "olga")
                #expect(answer.status == 200 && answer.text == file.text)
                #expect(
                    answer.headers.first(name: "cache-control") == "public, max-age=31536000, immutable")
            }
            let other = try await server.page("/dashboard/assets/dashboard-0123456789abcdef.css", as: "olga")
            #expect(other.status == 404)
        }
    }

    // MARK: Who sees what

    @Test(arguments: [
        "/dashboard", "/dashboard/jobs", "/dashboard/jobs/ID", "/dashboard/lifecycles/parcel",
        "/dashboard/workers",
        "/dashboard/search?q=x",
    ])
    func workersSeeNothing(path: String) async throws {
        try await TestServer.withDashboard { server, _ in
            let id = try await server.start(as: "anna")
            let answer = try await server.page(path.replacing("ID", with: id), as: "willi")
            #expect(answer.status == 403)
            #expect(answer.text.contains("<h1>Forbidden</h1>"))
        }
    }

    @Test(arguments: ["/dashboard", "/dashboard/jobs", "/dashboard/assets/x.css"])
    func nobodyIsSentToSignInAndProgramsAreToldWhy(path: String) async throws {
        try await TestServer.withDashboard { server, _ in
            let person = try await server.send(.GET, path, headers: ["Accept": TestServer.page])
            #expect(person.status == 303)
            #expect(person.headers.first(name: "location")?.hasPrefix("/sign-in?next=/dashboard") == true)
            let program = try await server.get(path)
            #expect(program.status == 401 && program.isProblem)
        }
    }

    @Test func clientsSeeTheirOwnJobsAlone() async throws {
        try await TestServer.withDashboard { server, _ in
            let mine = try await server.start(as: "anna", ["key": "annas"])
            let theirs = try await server.start(as: "berta", ["key": "bertas"])
            let home = try await server.page("/dashboard", as: "anna")
            #expect(home.status == 303 && home.headers["location"] == ["/dashboard/jobs"])
            let list = try await server.page("/dashboard/jobs", as: "anna")
            #expect(list.text.contains(mine) && !list.text.contains(theirs))
            let asked = try await server.page("/dashboard/jobs?owner=berta", as: "anna")
            #expect(!asked.text.contains(theirs) && asked.text.contains("No job is like that."))
            let own = try await server.page("/dashboard/jobs/\(mine)", as: "anna")
            #expect(own.status == 200 && !own.text.contains("Erase"))
            let other = try await server.page("/dashboard/jobs/\(theirs)", as: "anna")
            #expect(other.status == 404)
            let search = try await server.page("/dashboard/search?q=bertas", as: "anna")
            #expect(search.headers["location"] == ["/dashboard/jobs?key=bertas"])
            // Browsers write a space as a plus, in forms.
            let spaced = try await server.page("/dashboard/jobs?owner=Anna+Smith&status=&key=", as: "olga")
            #expect(spaced.text.contains("value=\"Anna Smith\""))
            #expect(try await server.page("/dashboard/jobs?owner=%00", as: "olga").status == 422)
            let found = try await server.page("/dashboard/jobs?key=bertas", as: "anna")
            #expect(!found.text.contains(theirs))
            #expect(try await server.page("/dashboard/workers", as: "anna").status == 403)
            let lifecycle = try await server.page("/dashboard/lifecycles/parcel", as: "anna")
            #expect(lifecycle.status == 200 && !lifecycle.text.contains("Pause and resume"))
            #expect(!lifecycle.text.contains("class=\"badge"))
        }
    }

    @Test func whatIsNotThereIsSaidOnAPage() async throws {
        try await TestServer.withDashboard { server, _ in
            for path in [
                "/dashboard/jobs/nothing", "/dashboard/jobs/0190c0de-0000-7000-8000-000000000000",
                "/dashboard/lifecycles/none", "/dashboard/nowhere",
            ] {
                let answer = try await server.page(path, as: "olga")
                #expect(answer.status == 404)
                #expect(answer.text.contains("<h1>Not found</h1>"), "\(path)")
                let program = try await server.get(path, as: "olga")
                #expect(program.status == 404 && program.isProblem)
            }
            let odd = try await server.page("/dashboard/jobs?state=odd", as: "olga")
            #expect(odd.status == 422)
        }
    }

    // MARK: What is shown

    @Test func theOverviewShowsWhatThereIs() async throws {
        try await TestServer.withDashboard { server, store in
            for _ in 0..<3 { _ = try await server.start(as: "anna") }
            _ = try await server.start(as: "anna", status: "announced")
            let text = try await server.page("/dashboard", as: "olga").text
            #expect(text.contains("queued: 3 jobs") && text.contains("announced: 1 jobs"))
            #expect(text.contains("/dashboard/jobs?lifecycle=parcel&amp;status=queued"))
            #expect(
                text.contains("Nothing is stuck.") && text.contains("In the last hour 4 jobs were started"))
            let time = try #require(store.time as? TestTime)
            time.advance(by: .minutes(6))
            let later = try await server.page("/dashboard", as: "olga").text
            #expect(later.contains("An administrator has to act"))
            #expect(later.contains("waits for the address longer than 5m"))
        }
    }

    @Test func anEmptyServerSaysWhatToDoNext() async throws {
        let store = MemoryStore(time: TestTime())
        let router = LockstepServer.router(store: store, tokens: TestServer.tokens)
        Dashboard(store: store).add(to: router)
        try await TestServer.run(router) { server in
            let text = try await server.page("/dashboard", as: "olga").text
            #expect(text.contains("No lifecycle is installed.") && text.contains("lockstep serve"))
        }
    }

    @Test func pagesFollowEachOtherWithoutGapOrDouble() async throws {
        try await TestServer.withDashboard { server, store in
            var ids: Set<String> = []
            let time = try #require(store.time as? TestTime)
            for number in 0..<120 {
                time.advance(by: .milliseconds(3))
                var job = NewJob(lifecycle: number.isMultiple(of: 3) ? "footage" : "parcel")
                if number % 3 > 0 { job.status = "queued" }
                ids.insert(try await store.start([job])[0].get().record.id.text)
            }
            var seen: [String] = []
            var path: String? = "/dashboard/jobs"
            while let next = path {
                let text = try await server.page(next, as: "olga").text
                seen += text.matches(of: #/href="/dashboard/jobs/([0-9a-f-]{36})"/#).map { String($0.1) }
                path = text.firstMatch(of: #/href="([^"]+)" rel="next"/#).map {
                    String($0.1).replacing("&amp;", with: "&")
                }
            }
            #expect(seen.count == 120 && Set(seen) == ids && seen == seen.sorted(by: >))
        }
    }

    @Test(arguments: [
        ("lifecycle=parcel", 3), ("lifecycle=footage", 1), ("status=queued", 2), ("state=live", 3),
        ("state=ended", 1), ("owner=berta", 1), ("key=one", 1), ("lifecycle=none", 0), ("status=none", 0),
        ("state=stuck", 0), ("lifecycle=parcel&status=&owner=", 3),
    ])
    func theListIsFiltered(query: String, count: Int) async throws {
        try await TestServer.withDashboard { server, store in
            _ = try await server.start(as: "anna", ["key": "one"])
            _ = try await server.start(as: "berta")
            let cancelled = try await server.start(as: "olga", status: "announced")
            _ = try await server.post("/v1/jobs/\(cancelled)/moves", as: "olga", ["to": "withdrawn"])
            _ = try await store.start([NewJob(lifecycle: "footage")])[0].get()
            let text = try await server.page("/dashboard/jobs?\(query)", as: "olga").text
            #expect(text.matches(of: #/href="/dashboard/jobs/[0-9a-f-]{36}"/#).count == count)
        }
    }

    @Test func aJobShowsItsWholeStory() async throws {
        try await TestServer.withDashboard { server, store in
            let id = try await server.start(as: "anna", ["key": "k-1", "input": ["a": [1, 2.50]]])
            let job = try #require(JobID(id))
            let time = try #require(store.time as? TestTime)
            time.advance(by: .minutes(2))
            var hold = Command(.hold("address"), job: job, of: "parcel", by: .operator("olga"))
            hold.reason = "street is missing"
            _ = try await store.apply([hold])[0].get()
            let text = try await server.page("/dashboard/jobs/\(id)", as: "olga").text
            #expect(text.contains("Held in") && text.contains("“street is missing”"))
            #expect(text.contains("operator olga") && text.contains("owner anna"))
            #expect(text.contains("queued 2m") && text.contains("Release") && text.contains("2.5"))
        }
    }

    @Test func theStartOfALongStoryIsLeftOutUntilAskedFor() async throws {
        try await TestServer.withDashboard { server, store in
            let id = try await server.start(as: "anna")
            let job = try #require(JobID(id))
            for _ in 0..<130 {
                let commands = [
                    Command(.hold("address"), job: job, of: "parcel", by: .operator("olga")),
                    Command(.release, job: job, of: "parcel", by: .operator("olga")),
                ]
                for outcome in try await store.apply(commands) { _ = try outcome.get() }
            }
            let text = try await server.page("/dashboard/jobs/\(id)", as: "olga").text
            #expect(text.contains("61 earlier lines") && !text.contains("Started in"))
            let whole = try await server.page("/dashboard/jobs/\(id)?after=0", as: "olga").text
            #expect(whole.contains("Started in"))
        }
    }

    @Test(arguments: [
        ("0190c0de-0000-7000-8000-000000000000", "/dashboard/jobs/0190c0de-0000-7000-8000-000000000000"),
        ("k 1", "/dashboard/jobs?key=k%201"), ("anna", "/dashboard/jobs?owner=anna"), ("", "/dashboard/jobs"),
        ("//evil.example", "/dashboard/jobs?owner=%2F%2Fevil.example"),
    ])
    func aSearchLeadsThere(text: String, path: String) async throws {
        try await TestServer.withDashboard { server, _ in
            _ = try await server.start(as: "anna", ["key": "k 1"])
            let answer = try await server.page(
                "/dashboard/search?q=\(DashboardParts.encoded(text))", as: "olga")
            #expect(answer.status == 303)
            #expect(answer.headers["location"] == [path])
        }
    }

    // MARK: Hostile texts

    @Test func whateverIsWrittenInAJobIsText() async throws {
        try await TestServer.withDashboard { server, store in
            let evil = #"</title></script>"'><img src=x onerror="alert(1)"><script>alert(2)</script>"#
            var job = NewJob(
                lifecycle: "parcel", input: try JSONValue.object([evil: .string(evil)]).encoded())
            (job.status, job.key, job.owner, job.reason) = ("queued", evil, evil, evil)
            job.metadata = job.input
            job.actor = .operator(evil)
            let id = try await store.start([job])[0].get().record.id
            let worker = WorkerID(evil)
            var heartbeat = Heartbeat(
                worker: worker, lease: .seconds(60), statuses: ["parcel": ["packing"], evil: [evil]],
                host: evil)
            heartbeat.isFirst = true
            _ = try await store.beat(heartbeat)
            let claimed = try await store.claim(
                ClaimRequest(worker: worker, statuses: ["parcel": ["packing"]], limit: 1))
            for change: Command.Change in [
                .report(progress: 3, detail: evil), .fail(.adminRequired(evil, code: evil)),
            ] {
                var command = Command(change, job: id, of: "parcel", by: .worker(evil))
                command.claim = Claim(worker: worker, fence: try #require(claimed.first).fence)
                command.output = try JSONValue.string(evil).encoded()
                command.reason = evil
                _ = try await store.apply([command])[0].get()
            }
            _ = try await store.pause("parcel", status: nil, by: .operator(evil), reason: evil)
            let encoded = DashboardParts.encoded(evil)
            for path in [
                "/dashboard", "/dashboard/jobs", "/dashboard/jobs/\(id)", "/dashboard/lifecycles/parcel",
                "/dashboard/workers", "/dashboard/jobs?owner=\(encoded)&key=\(encoded)",
                "/dashboard/jobs?lifecycle=\(encoded)&status=\(encoded)", "/dashboard/jobs?state=\(encoded)",
                "/dashboard/jobs/\(encoded)", "/dashboard/lifecycles/\(encoded)",
                "/dashboard/jobs/\(id)?done=\(encoded)&after=\(encoded)",
            ] {
                let answer = try await server.page(path, as: "olga")
                #expect(!answer.text.contains("<img") && !answer.text.contains("onerror=\""), "\(path)")
                #expect(answer.text.components(separatedBy: "<script").count <= 2)
                #expect(answer.text.components(separatedBy: "</title>\n<link").count == 2)
            }
        }
    }
}
