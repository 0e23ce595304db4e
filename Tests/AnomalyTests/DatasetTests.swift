import AppSupport
import Anomaly
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import NIOHTTP1
import Testing

@Suite("Datasets")
struct DatasetTests {
    /// All routes about one dataset.
    private static let routes: [(HTTPMethod, String)] = [
        (.POST, "/analyze"), (.POST, "/start-autoencoder"), (.POST, "/triage"), (.POST, "/cancel"),
        (.GET, "/status"), (.GET, "/anomalies"), (.GET, "/scores"), (.GET, "/report"), (.DELETE, ""),
    ]

    @Test("another user's dataset is not found on any route")
    func strangers() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            for (method, path) in Self.routes {
                #expect(try await harness.send(method, dataset: id, path, as: "ben").status == 404, "\(path)")
                #expect(try await harness.send(method, dataset: id, path, as: nil).status == 401, "\(path)")
                let unknown = JobID().text
                #expect(try await harness.send(method, dataset: unknown, path).status == 404, "\(path)")
            }
            #expect(
                try await harness.send(.GET, "/api/anomaly/datasets", as: "ben").text == #"{"datasets":[]}"#)
            #expect(try await harness.jobs.find().isEmpty)
        }
    }

    @Test("a job that names another user's dataset finds nothing")
    func strangeJob() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let body = #"{"lifecycle":"anomaly","status":"initializing","input":{"dataset_id":"\#(id)"}}"#
            let reply = try await harness.send(.POST, "/v1/jobs", as: "ben", body: body)
            #expect(reply.status == 201)
            let session = try #require(try reply.json()["id"]?.text.flatMap { JobID($0) })
            try await harness.working {
                let job = try await harness.end(of: session)
                #expect(job.status == .error)
                #expect(job.failure?.code == "dataset_gone")
            }
        }
    }

    @Test("the list shows names and statuses, newest first")
    func list() async throws {
        try await Harness.run { harness in
            let first = try await harness.upload(Tables.small, named: "first.csv")
            let second = try await harness.upload(Tables.small, named: "../../second.csv")
            _ = try await harness.start("/analyze", first)
            let reply = try await harness.send(.GET, "/api/anomaly/datasets")
            guard case .array(let list)? = try reply.json()["datasets"] else { throw Missing("datasets") }
            #expect(list.map { $0["id"]?.text } == [second, first])
            #expect(list.map { $0["filename"]?.text } == ["second.csv", "first.csv"])
            #expect(list.map { $0["status"]?.text } == ["uploaded", "analyzing"])
            let one = try await harness.send(.GET, "/api/anomaly/datasets?limit=1").json()
            guard case .array(let short)? = one["datasets"] else { throw Missing("datasets") }
            #expect(short.count == 1)
            #expect(try await harness.send(.GET, "/api/anomaly/datasets?limit=many").status == 422)
        }
    }

    @Test("an upload without a file is refused and leaves nothing behind")
    func noFile() async throws {
        try await Harness.run { harness in
            let body =
                "--limit\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nwords\r\n--limit--\r\n"
            let reply = try await harness.send(
                .POST, "/api/anomaly/datasets/upload", body: body, type: "multipart/form-data; boundary=limit"
            )
            #expect(reply.status == 422)
            #expect(try reply.json()["code"] == "no_file")
            #expect(try Self.files(in: harness).isEmpty)
        }
    }

    @Test("cancelling stops a session that runs")
    func cancelRunning() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.wide)
            let session = try await harness.start("/analyze", id)
            try await harness.working {
                try await harness.wait(for: session, in: .detecting)
                let reply = try await harness.send(.POST, dataset: id, "/cancel")
                #expect(try reply.json()["cancelled"] == .array([.string(session.text)]))
            }
            let status = try await harness.send(.GET, dataset: id, "/status").json()
            #expect(status["status"] == "error")
            #expect(status["session"]?["reason"] == "cancelled")
            #expect(try await harness.send(.GET, dataset: id, "/scores").status == 409)
            let again = try await harness.send(.POST, dataset: id, "/cancel").json()
            #expect(again["cancelled"] == [])
        }
    }

    @Test("deleting erases the rows, the files and what runs")
    func delete() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            let session = try await harness.start("/analyze", id)
            try await harness.working { _ = try await harness.end(of: session) }
            let waiting = try await harness.start("/analyze", id)
            #expect(try Self.files(in: harness).count == 2)
            #expect(try await harness.send(.DELETE, dataset: id).status == 204)
            #expect(try Self.files(in: harness).isEmpty)
            #expect(try await harness.end(of: waiting).status == .error)
            for table in ["anomaly_datasets", "anomaly_results", "anomaly_rows"] {
                let rows = try await harness.store.read { try $0.query("SELECT 1 FROM \(table)") }
                #expect(rows.isEmpty, "\(table)")
            }
            #expect(try await harness.send(.GET, dataset: id, "/status").status == 404)
            #expect(try await harness.send(.DELETE, dataset: id).status == 404)
        }
    }

    @Test("a deletion that a crash interrupted is finished at the next start")
    func interruptedDeletion() async throws {
        try await Harness.run { harness in
            let id = try await harness.upload(Tables.small)
            #expect(try Self.files(in: harness).count == 1)
            try await harness.store.write { transaction in
                try transaction.execute(
                    "INSERT INTO anomaly_erasures SELECT storage_key FROM anomaly_datasets WHERE id = ?1", id)
                try transaction.execute("DELETE FROM anomaly_datasets WHERE id = ?1", id)
            }
            _ = try await AnomalyApp(store: harness.store, folder: harness.files)
            #expect(try Self.files(in: harness).isEmpty)
            #expect(try await harness.store.read { try $0.query("SELECT 1 FROM anomaly_erasures") }.isEmpty)
        }
    }

    @Test("what an upload that was cut off left behind is erased after a day, not before")
    func abandonedUploads() async throws {
        try await Harness.run { harness in
            let (old, new) = ("\(harness.files)/incoming/old", "\(harness.files)/incoming/new")
            try Data("x".utf8).write(to: URL(filePath: old))
            try Data("x".utf8).write(to: URL(filePath: new))
            let twoDaysAgo = Date(timeIntervalSinceNow: -2 * 86_400)
            try FileManager.default.setAttributes([.modificationDate: twoDaysAgo], ofItemAtPath: old)
            _ = try await AnomalyApp(store: harness.store, folder: harness.files)
            #expect(try Self.files(in: harness) == ["incoming/new"])
        }
    }

    /// The files below the application's folder.
    private static func files(in harness: Harness) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: harness.files).filter { path in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(
                atPath: "\(harness.files)/\(path)", isDirectory: &isFolder)
            return exists && !isFolder.boolValue
        }
    }
}
