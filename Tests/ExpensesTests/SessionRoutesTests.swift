import AppSupport
import Foundation
import Lockstep
import LockstepServer
import NIOHTTP1
import Testing

@testable import Expenses

/// Uploading, looking and asking for reports.
@Suite struct SessionRoutesTests {
    private static let path = "/api/expenses/sessions"

    @Test(arguments: StoreKind.allCases) func aReportIsThereWhenTheSessionIsCompleted(_ kind: StoreKind)
        async throws
    {
        try await Office.run(on: kind) { office in
            let id = try await office.upload(Sample("1-one"), Sample("8-receipt-1"), Sample("9-again"))
            let early = try await office.report(id, "xlsx")
            #expect(try early.status == 409 && early["job_status"] == "processing", "\(early.text)")
            #expect(try await office.report(id, "doc").status == 422)
            try await office.worker().working { _ = try await office.jobs.end(of: id) }
            for (format, type, start) in [
                ("xlsx", "spreadsheetml.sheet", "PK"), ("csv", "text/csv", "file,"),
                ("pdf", "application/pdf", "%PDF-"),
            ] {
                let reply = try await office.report(id, format)
                #expect(reply.status == 200 && reply.body.starts(with: Data(start.utf8)), "\(format)")
                #expect(reply.headers.first(name: "content-type")?.contains(type) == true)
                #expect(reply.headers.first(name: "content-disposition")?.hasPrefix("attachment") == true)
                #expect(try await office.report(id, format).body == reply.body, "\(format) differs")
            }
            let answer = try await office.session(id)
            #expect(answer["counts"]?["receipts"] == 1 && answer["counts"]?["duplicates"] == 12, "\(answer)")
            let rows = try await office.rows(id)
            #expect(rows.count { $0["receipt"] == "8-receipt-1.pdf" } == 1)
            #expect(rows.count { $0["also_in"] == "9-again.pdf" } == 12)
            // A completed session does not run again.
            #expect(try await office.client.send(.POST, "\(Self.path)/\(id)/retry").status == 409)
        }
    }

    @Test func thePageShowsTotalsAndWhatIsWrong() async throws {
        try await Office.run(on: .sqlite) { office in
            try await office.putDirectory()
            let (id, _) = try await office.work(on: Sample("2-three-c"), Sample("4-incomplete"))
            let reply = try await office.client.send(.GET, "\(Self.path)/\(id)/page")
            #expect(reply.status == 200)
            for part in [
                "Totals by employee", "Printed sums", "By month and merchant", "<svg class=\"spending\"",
                "Off by",
                "ULRIKE VANDERMOLEN” is nobody in the directory", "C MARTIN” could be any of", "it is off by",
                "report?format=xlsx", "incomplete", "sums differ",
            ] {
                #expect(reply.text.contains(part), "\(part)")
            }
            // Neither would pass the page's own policy.
            #expect(!reply.text.contains("<script") && !reply.text.contains(" style="))
        }
    }

    @Test func namesOfFilesAreTextsAndNoPaths() async throws {
        try await Office.run(on: .sqlite) { office in
            let hostile = "../../<b>&.pdf"
            let id = try await office.upload([(hostile, try Sample("7-empty").pdf())])
            let stored = try FileManager.default.subpathsOfDirectory(atPath: "\(office.folder)/objects")
            #expect(stored.filter { $0.hasSuffix(".pdf") }.allSatisfy { $0.hasSuffix("/1.pdf") }, "\(stored)")
            let page = try await office.client.send(.GET, "\(Self.path)/\(id)/page").text
            #expect(page.contains("&lt;b&gt;&amp;.pdf") && !page.contains("<b>&.pdf"))
            let identity = Identity(user: "anna", role: .client)
            let section = try await office.app.section(for: identity, formToken: "token")
            #expect(
                section.html.contains("&lt;b&gt;&amp;.pdf") && section.html.contains("data-token=\"token\""))
            #expect(section.isMoving)
        }
    }

    @Test func whatIsNoUploadIsRefused() async throws {
        try await Office.run(on: .sqlite) { office in
            let empty = try await office.client.send(MultipartBody(), to: Self.path)
            #expect(empty.status == 400 || empty.status == 422, "\(empty.text)")
            let plain = try await office.client.send(.POST, Self.path, body: "{}")
            #expect(plain.status == 415, "\(plain.text)")
            let nobody = try await office.client.send(
                MultipartBody(file: Data("x".utf8), named: "a.pdf"), to: Self.path, as: nil)
            #expect(nobody.status == 401)
            let worker = try await office.client.send(
                MultipartBody(file: Data("x".utf8), named: "a.pdf"), to: Self.path, as: "willi")
            #expect(worker.status == 403)
            #expect(try await office.client.send(.GET, "\(Self.path)/nonsense").status == 404)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(office.folder)/incoming").isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases) func aSessionWithoutFilesFailsWithASentence(_ kind: StoreKind)
        async throws
    {
        try await Office.run(on: kind) { office in
            // Jobs of every lifecycle can be started by the general routes.
            let started = try await office.client.send(.POST, "/v1/jobs", body: #"{"lifecycle": "sessions"}"#)
            #expect(started.status == 201, "\(started.text)")
            let id = try #require(try started["id"]?.text.flatMap { JobID($0) })
            try await office.worker().working {
                let job = try await office.jobs.end(of: id)
                #expect(job.status == .failed && job.failure?.code == "no_files")
            }
            #expect(try await office.client.send(.GET, "\(Self.path)/\(id)").status == 404)
        }
    }
}
