import AppSupport
import Foundation
import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Expenses

/// The application, served on a free port over a database of its own.
struct Office: Sendable {
    let store: any SQLStore
    let app: ExpenseApp
    let jobs: Jobs<ExpenseSession>
    let client: AppClient
    /// The folder of the application's files.
    let folder: String

    /// Serves the application while `body` runs.
    static func run(
        on kind: StoreKind, time: (any TimeSource)? = nil,
        _ body: @escaping @Sendable (Office) async throws -> Void
    ) async throws {
        try await kind.open(time) { store in try await run(on: store, body) }
    }

    /// Serves the application on a store while `body` runs.
    static func run(
        on store: any SQLStore, logger: Logger = Serving.silence,
        _ body: @escaping @Sendable (Office) async throws -> Void
    ) async throws {
        let files = try Scratch()
        let folder = files.path("expenses")
        let app = try await ExpenseApp(store: store, folder: folder, logger: logger)
        let composition = ServerComposition(store: store, limits: .none, logger: Serving.silence)
        for counter in app.counters.all { composition.metrics.show(counter) }
        let router = LockstepServer.guarded(
            by: AppClient.users, open: composition.openPaths, forms: ExpenseApp.formPaths,
            metrics: composition.metrics)
        app.addRoutes(to: router)
        composition.addRoutes(to: router)
        let jobs = try await Jobs<ExpenseSession>(on: store)
        try await AppClient.serving(router) { client in
            try await body(Office(store: store, app: app, jobs: jobs, client: client, folder: folder))
        }
        withExtendedLifetime(files) {}
    }

    /// A worker of the application.
    func worker(_ name: String = "worker") -> Worker {
        Worker(on: store, options: WorkerOptions(name: name, concurrency: 2), logger: Serving.silence) {
            app.handlers
        }
    }

    /// Takes a session as far as it goes by itself, without clockwork: for a time that stands still.
    func runToItsEnd(_ id: JobID) async throws {
        _ = try await WorkerUnderTest(on: store) { app.handlers }.run(id, of: ExpenseSession.self)
    }

    // MARK: Requests

    /// Uploads files as one session.
    func upload(_ files: [(name: String, content: Data)], as user: String = "anna") async throws -> JobID {
        var form = MultipartBody()
        for file in files { form.add(file.content, named: file.name, as: "files", type: "application/pdf") }
        let reply = try await client.send(form, to: "/api/expenses/sessions", as: user)
        #expect(reply.status == 201, "\(reply.text)")
        #expect(try reply["status"]?.text == "processing")
        return try #require(try reply["id"]?.text.flatMap { JobID($0) })
    }

    /// Uploads samples as one session.
    func upload(_ samples: Sample..., as user: String = "anna") async throws -> JobID {
        try await upload(try samples.map { ("\($0.name).pdf", try $0.pdf()) }, as: user)
    }

    /// Uploads samples, works until their session has ended, and gives its answer.
    func work(on samples: Sample..., as user: String = "anna") async throws -> (id: JobID, answer: JSONValue)
    {
        let id = try await upload(try samples.map { ("\($0.name).pdf", try $0.pdf()) }, as: user)
        try await worker().working { _ = try await jobs.end(of: id) }
        return (id, try await session(id, as: user))
    }

    /// A session as the API shows it.
    func session(_ id: JobID, as user: String = "anna") async throws -> JSONValue {
        let reply = try await client.send(.GET, "/api/expenses/sessions/\(id)", as: user)
        #expect(reply.status == 200, "\(reply.text)")
        return try reply.json()
    }

    /// A session's report.
    func report(_ id: JobID, _ format: String, as user: String = "anna") async throws -> AppClient.Reply {
        try await client.send(.GET, "/api/expenses/sessions/\(id)/report?format=\(format)", as: user)
    }

    /// The rows of a session's CSV report.
    func rows(_ id: JobID, as user: String = "anna") async throws -> [CSVRow] {
        let reply = try await report(id, "csv", as: user)
        #expect(reply.status == 200, "\(reply.text)")
        return CSVRow.rows(of: reply.text)
    }

    /// Puts the samples' directory.
    func putDirectory(as user: String = "anna") async throws {
        let text = try Sample.text("directory.json")
        let reply = try await client.send(
            .PUT, "/api/expenses/employees", as: user, body: "{\"employees\": \(text)}")
        #expect(reply.status == 200, "\(reply.text)")
    }
}
