import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// Backups, and what is true after one took the place of a database.
@Suite struct BackupTests {
    @Test func nobodyOfThePastWorksOnAfterARestore() async throws {
        let depot = try await Depot()
        let store = depot.store
        let ended = try await depot.delivered()
        try await depot.beat("w-deliver", isLast: true)
        _ = try await depot.parcels.start([:], in: .queued, key: "first")
        let claimed = try await depot.claim("w-old")
        try await store.write { db in
            try db.execute("CREATE TABLE notes (text TEXT)")
            try db.execute("INSERT INTO notes VALUES ('before')")
        }
        let pause = try await depot.parcels.pause(.labelling, by: .operator("op"), reason: "before")
        let backup = try await depot.tool.run("backup", "copy.bak", "--json")
        #expect(backup.code == 0, "\(backup.errors)")
        try await depot.parcels.resume(.labelling)
        try await depot.parcels.pause(.queued, by: .operator("op"), reason: "after")
        #expect(try backup.json()["file"]?.text == "copy.bak")

        // After the backup time goes on: the job is done, another one is started, a note is written.
        try await depot.work(.report(progress: 50, detail: nil), on: claimed)
        try await depot.work(.move(to: "review"), on: claimed)
        let later = try await depot.parcels.start([:], in: .queued, key: "later").id
        try await store.write { try $0.execute("UPDATE notes SET text = 'after'") }

        let refused = try await depot.tool.run("restore", "copy.bak")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("1 workers are alive in '\(depot.scratch.database)' (w-old)"))
        #expect(try await depot.status(claimed.id) == "review")

        try await depot.beat("w-old", isLast: true)
        let run = try await depot.tool.run("restore", "copy.bak", "--json")
        #expect(run.code == 0, "\(run.errors)")
        #expect(try run.json()["jobs"] == 2)
        #expect(try run.json()["lost"]?.items == [.string(claimed.id.text)])

        // The store of this process was open all the time. What was paused then is paused again.
        #expect(try await store.pauses().all == [pause])
        let restored = try #require(try await depot.parcels.find(claimed.id)).record
        #expect(restored.status == "packing")
        #expect(restored.claimedBy == nil)
        #expect(restored.fence > claimed.fence)
        #expect(try await depot.parcels.history(of: claimed.id).last?.kind == .lost)
        #expect(try await depot.parcels.find(ended.id)?.record.fence == restored.fence)
        #expect(try await depot.status(later) == nil)
        #expect(try await store.workers().isEmpty)
        let notes = try await store.read { try $0.query("SELECT text FROM notes").map { $0[0] } }
        #expect(notes == [.text("before")])

        for change in [Command.Change.move(to: "review"), .report(progress: 60, detail: nil), .yield] {
            let refusal = await #expect(throws: Refusal.self) { try await depot.work(change, on: claimed) }
            #expect(refusal?.code == .staleClaim)
        }
        let again = try await depot.parcels.start([:], in: .announced, key: "first")
        #expect(again.reused)
        #expect(try await !depot.parcels.start([:], in: .announced, key: "later").reused)
        let next = try await depot.claim("w-new")
        #expect(next.id == claimed.id)
        #expect(next.fence == restored.fence + 1)
        try await depot.work(.move(to: "review"), on: next)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: depot.scratch.folder)
                .allSatisfy { !$0.contains(".part-") })
    }

    @Test func aBackupReplacesOnlyWhatItMay() async throws {
        let depot = try await Depot()
        #expect(try await depot.tool.run("backup", "copy.bak").code == 0)
        let again = try await depot.tool.run("backup", "copy.bak")
        #expect(again.code == 1)
        #expect(again.errors.contains("'copy.bak' is there already"))
        #expect(try await depot.tool.run("backup", "copy.bak", "--replace").code == 0)
        let itself = try await depot.tool.run("backup", "lockstep.sqlite", "--replace")
        #expect(itself.code == 1)
        #expect(itself.errors.contains("'lockstep.sqlite' is the database itself"))
        #expect(try await depot.tool.run("backup", "gone/copy.bak").code == 1)
    }

    @Test func aBackupIsRestoredWhereNothingIs() async throws {
        let depot = try await Depot()
        let id = try await depot.parcels.start([:], in: .queued).id
        #expect(try await depot.tool.run("backup", "copy.bak").code == 0)
        let run = try await depot.tool.run("restore", "copy.bak", "--database", "new.sqlite")
        #expect(run.code == 0, "\(run.errors)")
        #expect(run.out.contains("holds the 1 jobs of 'copy.bak'; 0 claims were taken back"))
        let moved = try await depot.tool.run(
            "jobs", "cancel", id.text, "--database", "new.sqlite", "--json")
        #expect(try moved.json()["done"] == 1)
        #expect(try await depot.status(id) == "queued")
    }

    @Test func aPostgreSQLDatabaseHasToolsOfItsOwn() async throws {
        let depot = try await Depot()
        #expect(try await depot.tool.run("backup", "copy.bak").code == 0)
        let url = "postgres://tess:secret@127.0.0.1:1/shop"
        let backup = try await depot.tool.run("backup", "other.bak", "--database", url)
        #expect(backup.code == 1)
        #expect(backup.errors.contains("pg_dump"))
        let restore = try await depot.tool.run("restore", "copy.bak", "--database", url)
        #expect(restore.code == 1)
        #expect(restore.errors.contains("pg_restore"))
        for run in [backup, restore] { #expect(!run.errors.contains("secret")) }
        #expect(!FileManager.default.fileExists(atPath: depot.scratch.path("other.bak")))
    }

    @Test func whatIsNoBackupIsRefused() async throws {
        let depot = try await Depot()
        let id = try await depot.parcels.start([:], in: .queued).id
        try Data("no database at all, only some words in a file".utf8).write(
            to: URL(filePath: depot.scratch.path("words.bak")))
        let words = try await depot.tool.run("restore", "words.bak", "--database", "new.sqlite")
        #expect(words.code == 1)
        #expect(words.errors.contains("the backup 'words.bak' cannot be copied: file is not a database"))
        #expect(!FileManager.default.fileExists(atPath: depot.scratch.path("new.sqlite")))
        _ = try await SQLiteStore(path: depot.scratch.path("empty.sqlite"))
        let empty = try await depot.tool.run("restore", "empty.sqlite")
        #expect(empty.errors.contains("the backup holds no lifecycle"))
        #expect(
            try await depot.tool.run("restore", "gone.bak").errors.contains("there is no backup 'gone.bak'"))
        #expect(try await depot.status(id) == "queued")
    }
}
