import AppSupport
import ContentWriting
import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepServer
import LockstepTesting
import LockstepUploads
import Testing

@testable import Content

/// Code, database and workers agree on every status.
@Suite struct AgreementTests {
    private static let column = StatusColumn("content_requests", "status")
    private static let statuses = [
        "pending", "validating", "retrieving", "generating_script", "generating_video", "processing_video",
        "notifying", "completed", "failed", "cancelled",
    ]

    @Test func theStatusesAreThese() {
        #expect(ContentRequest.allCases.map(\.rawValue) == Self.statuses)
        #expect(!Self.statuses.contains("generating") && !Self.statuses.contains("clarification_needed"))
    }

    /// What the code can write is accepted by the live table, and what the table accepts is declared. The database is
    /// asked, value by value, with a row.
    @Test(arguments: StoreKind.allCases) func theDatabaseAcceptsTheseAndNoOthers(kind: StoreKind) async throws
    {
        try await Studio.run(on: kind) { studio in
            let difference = try await Self.column.difference(to: Self.statuses, in: studio.store)
            #expect(difference.isEmpty, "\(difference)")
            let id = try await studio.ask("Why is the sky blue?")
            let schema = ContentSchema(dialect: studio.store.dialect)
            let strangers = ["generating", "clarification_needed", "Pending", "pending ", "", "done"]
            for status in Self.statuses + strangers {
                let write: @Sendable (any SQLTransaction) throws -> Void = { transaction in
                    try transaction.execute(
                        "UPDATE content_requests SET status = \(schema.status("?1")) WHERE id = ?2", status,
                        id.text)
                }
                if strangers.contains(status) {
                    let error = await #expect(throws: SQLError.self, "'\(status)' was accepted") {
                        try await studio.store.write(write)
                    }
                    #expect(error?.kind == .constraint)
                } else {
                    try await studio.store.write(write)
                }
            }
        }
    }

    /// The two values of the old fault are seen when they are added to either side.
    @Test(arguments: StoreKind.allCases, ["generating", "clarification_needed"])
    func anAddedStatusIsSeen(kind: StoreKind, status: String) async throws {
        try await kind.open { store in
            let scratch = try Scratch()
            _ = try await Self.app(on: store, scratch)
            // In the code alone.
            let code = try await Self.column.difference(to: Self.statuses + [status], in: store)
            #expect(code.refused == [status] && code.undeclared.isEmpty)
            #expect(code.description.contains("refuses '\(status)'"))
            // In the database alone.
            try await Self.change(store) { $0.adding(status) }
            let database = try await Self.column.difference(to: Self.statuses, in: store)
            #expect(database.undeclared == [status] && database.refused.isEmpty)
            // A database that accepts more does not keep the application from working.
            _ = try await Self.app(on: store, scratch)
        }
    }

    @Test(arguments: StoreKind.allCases) func aDatabaseThatLacksAValueIsRefusedAtStart(kind: StoreKind)
        async throws
    {
        try await kind.open { store in
            let scratch = try Scratch()
            _ = try await Self.app(on: store, scratch)
            try await Self.change(store) { $0.renaming("generating_script", to: "generating") }
            let failure = await #expect(throws: Failure.self) { _ = try await Self.app(on: store, scratch) }
            #expect(failure?.audience == .adminRequired && failure?.code == "drift")
            #expect(failure?.message.contains("refuses 'generating_script', which the code writes") == true)
            #expect(failure?.message.contains("content_requests.status") == true)
        }
    }

    /// Somebody changes the database under a running system: the next move fails once, the job is parked, nothing loops,
    /// and it goes on when the database was mended and an administrator says so.
    @Test(arguments: StoreKind.allCases, ["validating", "generating_script", "completed"])
    func aChangeUnderARunningSystemParks(kind: StoreKind, status: String) async throws {
        try await Studio.run(on: kind, .init(writer: ShortWriter())) { studio in
            try await Self.change(studio.store) { $0.renaming(status, to: "generating") }
            let id = try await studio.ask("Why is the sky blue?")
            try await studio.worker().working {
                for try await job in studio.jobs.watch(id) where job.record.parkedAt != nil { break }
                let parked = try #require(try await studio.jobs.find(id))
                #expect(parked.failure?.audience == .adminRequired)
                #expect(parked.failure?.code == "constraint_violated")
                // The row says what the job says: both stayed where they were.
                #expect(try await studio.request(id)["status"]?.text == parked.record.status)
                let history = try await studio.jobs.history(of: id)
                #expect(history.count { $0.kind == .parked } == 1)
                #expect(history.count { $0.kind == .retried || $0.kind == .lost } == 0)
                #expect(parked.record.attempt <= 1)
                // Another request is parked too, each once: the worker is not caught in a loop.
                let other = try await studio.ask("Why is the sky blue?")
                for try await job in studio.jobs.watch(other) where job.record.parkedAt != nil { break }
                #expect(try await studio.jobs.history(of: id).count == history.count)

                try await Self.change(studio.store) { $0.renaming("generating", to: status) }
                for id in [id, other] {
                    try await studio.jobs.retry(id, by: .operator("olga"))
                    #expect(try await studio.jobs.end(of: id).status == .completed)
                    #expect(try await studio.request(id)["status"]?.text == "completed")
                }
            }
        }
    }

    /// Every road is followed: a worker's moves, a deadline, an operator, plain SQL.
    @Test(arguments: StoreKind.allCases) func theTableFollowsEveryRoad(kind: StoreKind) async throws {
        let clock = TestTime()
        try await Studio.run(on: kind, time: clock) { studio in
            func shown(_ id: JobID) async throws -> String? { try await studio.request(id)["status"]?.text }
            let late = try await studio.ask("Why is the sky blue?")
            let stopped = try await studio.ask("Why is the sky blue?")
            let moved = try await studio.ask("Why is the sky blue?")
            try await studio.jobs.cancel(stopped, by: .operator("olga"))
            #expect(try await shown(stopped) == "cancelled")
            let table = studio.store.dialect.jobs(of: "content")
            try await studio.store.write {
                try $0.execute("UPDATE \(table) SET status = 'validating' WHERE id = ?1", moved.text)
            }
            #expect(try await shown(moved) == "validating")
            clock.advance(by: .seconds(25 * 3600))
            _ = try await studio.store.sweep(SweepRequest())
            #expect(try await shown(late) == "failed")
            #expect(try await studio.request(late)["current_stage"]?.text == "Failed")
        }
    }

    private static func app(on store: any SQLStore, _ files: Scratch) async throws -> ContentApp {
        try await ContentApp(
            store: store, storage: try await DiskStorage(files.path("uploads"), time: store.time),
            scratch: files.path("scratch"), logger: Serving.silence)
    }

    /// A change of what the column accepts, as somebody with the owner's rights makes it.
    private struct Change: Sendable {
        var postgres: String
        var sqlite: @Sendable (String) -> String
    }

    private struct Changes: Sendable {
        private let type = "content_request_status"

        func adding(_ status: String) -> Change {
            Change(postgres: "ALTER TYPE \(type) ADD VALUE '\(status)'") {
                $0.replacing("status = 'pending'", with: "status = 'pending' OR status = '\(status)'")
            }
        }

        func renaming(_ old: String, to new: String) -> Change {
            Change(postgres: "ALTER TYPE \(type) RENAME VALUE '\(old)' TO '\(new)'") {
                $0.replacing("status = '\(old)'", with: "status = '\(new)'")
            }
        }
    }

    private static func change(
        _ store: any SQLStore, _ make: @Sendable (Changes) -> Change
    ) async throws {
        switch store.dialect {
        case .postgres:
            let text = make(Changes()).postgres
            try await store.write { _ = try $0.execute(text) }
        case .sqlite:
            let change = make(Changes())
            try await store.write { transaction in
                let text =
                    try transaction.query(
                        "SELECT sql FROM sqlite_schema WHERE name = 'content_requests'")[0][0].text ?? ""
                let version = try transaction.query("PRAGMA schema_version")[0][0].integer ?? 0
                _ = try transaction.query("PRAGMA writable_schema = ON")
                try transaction.execute(
                    "UPDATE sqlite_schema SET sql = ?1 WHERE name = 'content_requests'", change.sqlite(text))
                _ = try transaction.query("PRAGMA writable_schema = OFF")
                _ = try transaction.query("PRAGMA schema_version = \(version + 1)")
            }
        }
    }
}
