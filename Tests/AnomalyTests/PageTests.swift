import AppSupport
import Anomaly
import Lockstep
import LockstepServer
import NIOHTTP1
import Testing

@Suite("Pages")
struct PageTests {
    private static let anna = Identity(user: "anna", role: .client)

    @Test("who signed in with a browser reads the report and changes nothing")
    func cookie() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let path = "/api/anomaly/datasets/\(id)"
            let cookie = ["Cookie": "lockstep_token=anna"]
            let report = try await harness.send(.GET, path + "/report", as: nil, headers: cookie)
            #expect(report.status == 200)
            #expect(report.headers.first(name: "content-type") == "text/html; charset=utf-8")
            let other = try await harness.send(
                .GET, path + "/report", as: nil, headers: ["Cookie": "lockstep_token=ben"])
            #expect(other.status == 404)
            for (method, rest) in [(HTTPMethod.POST, "/analyze"), (.POST, "/cancel"), (.DELETE, "")] {
                let reply = try await harness.send(method, path + rest, as: nil, headers: cookie)
                #expect(reply.status == 401)
            }
            let status = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(status["status"] == "uploaded")
        }
    }

    @Test("the list shows a user's own datasets with their status and their reports")
    func list() async throws {
        try await Harness.run { harness in
            let list = try await DatasetList(store: harness.store, folder: harness.files)
            let empty = try await list.section(for: Self.anna)
            #expect(empty.isEmpty && !empty.isMoving)

            let id = try await harness.upload(Tables.small, named: "<b>&amp;.csv")
            let uploaded = try await list.section(for: Self.anna)
            #expect(uploaded.html.contains("&lt;b&gt;&amp;amp;.csv"))
            #expect(uploaded.html.contains("href=\"/api/anomaly/datasets/\(id)/report\""))
            #expect(uploaded.html.contains("<span class=\"badge uploaded\">uploaded</span>"))
            #expect(!uploaded.isEmpty && !uploaded.isMoving)

            let session = try await harness.start("/analyze", id)
            let moving = try await list.section(for: Self.anna)
            #expect(moving.isMoving)
            #expect(moving.html.contains("<progress max=\"100\" value=\"0\""))
            try await harness.working { _ = try await harness.end(of: session) }
            let completed = try await list.section(for: Self.anna)
            #expect(!completed.isMoving)
            #expect(completed.html.contains("badge completed"))
        }
    }

    @Test("the list shows nobody else's datasets, and none to workers")
    func others() async throws {
        try await Harness.run { harness in
            _ = try await harness.upload(Tables.small)
            let list = try await DatasetList(store: harness.store, folder: harness.files)
            for identity in [Identity(user: "ben", role: .admin), Identity(user: "anna", role: .worker)] {
                let section = try await list.section(for: identity)
                #expect(section.isEmpty)
            }
        }
    }

    @Test("the report draws the histogram with its scales and the threshold, and needs no script")
    func histogram() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let session = try await harness.start("/analyze", id)
            try await harness.working { _ = try await harness.end(of: session) }
            let page = try await harness.send(.GET, dataset: id, "/report").text
            for part in [
                ">rows</text>", ">score</text>", ">10</text>", "threshold", "class=\"beyond\"",
                "href=\"scores\"",
            ] {
                #expect(page.contains(part), "\(part)")
            }
            // Neither would pass the page's own policy.
            #expect(!page.contains("<script") && !page.contains(" style="))
        }
    }
}
