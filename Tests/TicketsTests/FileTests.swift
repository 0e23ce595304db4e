import AppSupport
import FakeJira
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Testing

@testable import Tickets

/// The files of sessions: which are taken, and that none is left over.
@Suite struct FileTests {
    private static let tables = [
        "ticket_sessions", "ticket_files", "ticket_file_drafts", "ticket_tasks", "ticket_validations",
        "tickets",
        "ticket_errors",
    ]

    /// How many rows there are, of the session's tables, its job and the job's history.
    private static func rows(_ desk: Desk) async throws -> [String: Int64] {
        let jobs = desk.store.dialect.jobs(of: "tickets")
        let tables = tables + [jobs, jobs.replacing("_jobs", with: "_history")]
        return try await desk.store.read { database in
            var counts: [String: Int64] = [:]
            for table in tables {
                let count = try database.query("SELECT count(*) FROM \(table)").first?[0].integer ?? -1
                if count != 0 { counts[table] = count }
            }
            return counts
        }
    }

    /// Wherever a session is, deleting it leaves no row and no file.
    @Test(arguments: StoreKind.allCases) func deletingLeavesNothing(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            for stop in 0..<7 {
                var id = try await WalkTests.uploaded(client, site: "Site \(stop)")
                let root = "\(WalkTests.root)/\(id)"
                if stop > 0 { _ = try await client.send(.POST, "\(root)/process", body: "{}") }
                if stop > 1 { try await desk.work(id) }
                if stop > 2 {
                    if stop == 5 { desk.jira.change { $0.troubles = [.init(.status(401))] } }
                    let reply = try await client.send(
                        .POST, "\(root)/export", body: "{\"jira_project_key\":\"WEB\"}")
                    #expect(reply.status == 202, "\(reply.text)")
                }
                if stop == 4 { try await desk.go(id, to: .exporting) }
                if stop == 5 || stop == 6 { try await desk.work(id) }
                let before = try await Self.rows(desk)
                #expect(
                    (before["ticket_files"] ?? 0) == 5 && (stop < 2 || (before["tickets"] ?? 0) > 10),
                    "\(stop)")
                #expect(try desk.storedObjects().count == 5)
                let reply = try await client.send(.DELETE, root)
                #expect(reply.status == 204, "\(stop): \(reply.text)")
                #expect(try await Self.rows(desk) == [:], "\(stop)")
                #expect(try desk.storedObjects() == [], "\(stop)")
                #expect(try await client.send(.GET, root).status == 404)
                id = JobID()
            }
        }
    }

    /// An operator who cancels the job, or erases it, takes the rows; the files go when the cleaner comes.
    @Test(arguments: StoreKind.allCases) func cancellingLeavesNothing(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await WalkTests.uploaded(client)
            try await desk.jobs.cancel(id, by: .operator("olga"))
            try await desk.jobs.apply(.erase, to: id, by: .operator("olga"))
            #expect(try await Self.rows(desk) == ["ticket_file_drafts": 5])
            try await desk.sessions.cleanUp()
            #expect(try await Self.rows(desk) == [:])
            #expect(try desk.storedObjects() == [])
        }
    }

    /// What a process that died had put into the storage is erased once nobody can be waiting for it.
    @Test(arguments: StoreKind.allCases) func lostUploadsAreErased(kind: StoreKind) async throws {
        let time = TestTime()
        try await kind.open(time) { store in
            let faulty = FaultyStore(store)
            let desk = try await Desk(faulty)
            let id = try await desk.start("site").id
            _ = try await desk.sessions.describe(id, as: .init(name: "site"), by: Desk.anna)
            let scratch = try Scratch()
            let path = scratch.path("views.csv")
            try Data("view,label\nnews,News\n".utf8).write(to: URL(filePath: path))
            // The note is written; the file is stored; then the database is away, for the clean-up too.
            faulty.fail([.none, .before, .before])
            await #expect(throws: SQLError.self) {
                _ = try await desk.sessions.add(
                    [.init(path: path, filename: "views.csv", size: 21, sha256: "")], to: id, by: Desk.anna)
            }
            #expect(faulty.left.isEmpty)
            try await desk.sessions.cleanUp()
            #expect(try await Self.rows(desk)["ticket_file_drafts"] == 1)
            time.advance(by: .seconds(3601))
            try await desk.sessions.cleanUp()
            #expect(try await Self.rows(desk)["ticket_file_drafts"] == nil)
            #expect(try desk.storedObjects() == [])
        }
    }

    @Test(arguments: StoreKind.allCases) func unusableFilesAreRefused(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let id = try await WalkTests.uploaded(client)
            let path = "\(WalkTests.root)/\(id)/files"
            func send(_ text: String, _ name: String) async throws -> AppClient.Reply {
                try await client.send(MultipartBody(file: Data(text.utf8), named: name), to: path)
            }
            for (text, name, words) in [
                ("%PDF-1.7", "site.pdf", "must be CSV or JSON"), ("{\"a\":", "a.json", "a.json"),
                ("color,size\nred,1\n", "b.csv", "the header must have a column"), ("", "c.csv", "c.csv"),
                (String(repeating: "[", count: 100_000), "d.json", "d.json"),
            ] {
                let reply = try await send(text, name)
                #expect(reply.status == 422, "\(name): \(reply.text)")
                #expect(try reply["code"]?.text == "unusable_file")
                #expect(try reply["detail"]?.text?.contains(words) == true, "\(reply.text)")
            }
            let large = try await send("view\n" + String(repeating: "x\n", count: 3_000_000), "e.csv")
            #expect(large.status == 413, "\(large.text)")
            #expect(try desk.storedObjects().count == 5)
            var many = MultipartBody()
            for number in 0..<16 {
                many.add(Data("view\nv\(number)\n".utf8), named: "\(number).csv", as: "files")
            }
            let reply = try await client.send(many, to: path)
            #expect(reply.status == 422, "\(reply.text)")
            #expect(try reply["code"]?.text == "too_many_files")
            #expect(try desk.storedObjects().count == 5)
            #expect(try await Self.rows(desk)["ticket_file_drafts"] == nil)
            // One that was taken back is gone, and its place is not given again.
            #expect(try await client.send(.DELETE, "\(path)/2").status == 200)
            #expect(try await client.send(.DELETE, "\(path)/2").status == 404)
            #expect(try desk.storedObjects().count == 4)
            // Once tickets were drafted, files stay as they are.
            _ = try await client.send(.POST, "\(WalkTests.root)/\(id)/process", body: "{}")
            try await desk.work(id)
            #expect(try await send("view\nlate\n", "late.csv").status == 409)
            #expect(try await client.send(.DELETE, "\(path)/1").status == 409)
            #expect(try desk.storedObjects().count == 4)
        }
    }

    /// Without files nothing is drafted; with files that hold nothing the user is told, and may try again with others.
    @Test(arguments: StoreKind.allCases) func whatCannotBeDraftedIsTold(kind: StoreKind) async throws {
        try await Desk.serving(kind) { desk, client in
            let started = try await client.send(.POST, WalkTests.root, body: "{\"site_name\":\"Empty\"}")
            let id = try #require(try started["id"]?.text.flatMap { JobID($0) })
            let root = "\(WalkTests.root)/\(id)"
            #expect(try await client.send(.POST, "\(root)/process", body: "{}").status == 409)
            _ = try await client.send(.PUT, "\(root)/site", body: "{}")
            let none = try await client.send(.POST, "\(root)/process", body: "{}")
            #expect(none.status == 422, "\(none.text)")
            #expect(try none["code"]?.text == "no_files")
            // Each of the files is one by itself; together they point to what is in none.
            var form = MultipartBody()
            form.add(Data("content_type\nnews\n".utf8), named: "types.csv")
            form.add(Data("view,content_type\nlatest,ghost\n".utf8), named: "views.csv")
            let sent = try await client.send(form, to: "\(root)/files")
            #expect(sent.status == 201, "\(sent.text)")
            #expect(try await client.send(.POST, "\(root)/process", body: "{}").status == 202)
            try await desk.work(id)
            let failed = try await client.send(.GET, root).json()
            #expect(failed["current_stage"]?.text == "processing" && failed["status"]?.text == "failed")
            #expect(failed["failure"]?["code"]?.text == "bad_export", "\(failed)")
            #expect(failed["failure"]?["audience"]?.text == "user_fixable")
            #expect(failed["failure"]?["message"]?.text?.contains("ghost") == true)
            #expect(try await client.send(.DELETE, "\(root)/files/2").status == 200)
            _ = try await client.send(
                MultipartBody(file: Data("view,content_type\nlatest,news\n".utf8), named: "b.csv"),
                to: "\(root)/files")
            #expect(try await client.send(.POST, "\(root)/process", body: "{}").status == 202)
            try await desk.work(id)
            #expect(try await client.send(.GET, root)["current_stage"]?.text == "review")
            #expect(try await WalkTests.tickets(id, client).count == 2)
        }
    }
}
