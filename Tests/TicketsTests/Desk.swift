import AppSupport
import FakeJira
import Foundation
import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import LockstepUploads
import Logging
import NIOHTTP1
import Testing
import TicketDrafting
import TicketExport

@testable import Tickets

/// The application on a store, with a Jira in memory.
struct Desk: Sendable {
    static let anna = Identity(user: "anna", role: .client)
    static let ben = Identity(user: "ben", role: .client)

    let store: any SQLStore
    let app: TicketsApp
    let jobs: Jobs<TicketSession>
    let jira: JiraInMemory
    /// The server's parts, whose figures count what workers do too.
    let composition: ServerComposition
    /// The folder of the storage.
    let objects: String
    private let files: Scratch

    var sessions: SessionRepository { app.sessions }

    /// Opens the application, twice, as a second process does.
    init(
        _ store: any SQLStore, jira: JiraInMemory = JiraInMemory(), drafter: (any TicketDrafter)? = nil,
        times: ExportTimes = .standard, hasJira: Bool = true, logger: Logger = Serving.silence
    ) async throws {
        self.store = store
        self.jira = jira
        files = try Scratch()
        objects = files.path("objects")
        let services = SessionServices(
            jira: hasJira ? JiraConnection(jira) { "https://jira.example.org/browse/\($0)" } : nil,
            times: times,
            drafter: { choice in
                if let drafter { return drafter }
                return try SessionServices.byRules(choice)
            })
        composition = ServerComposition(store: store, limits: .none, logger: Serving.silence)
        jobs = try await Jobs(on: store)
        let storage = try await DiskStorage(objects, time: store.time)
        _ = try await TicketsApp(store: store, storage: storage, folder: files.path("tickets"))
        app = try await TicketsApp(
            store: store, storage: storage, folder: files.path("tickets"), services: services, logger: logger)
    }

    /// Serves the application while `body` runs.
    static func serving(
        _ kind: StoreKind, time: (any TimeSource)? = nil, jira: JiraInMemory = JiraInMemory(),
        drafter: (any TicketDrafter)? = nil, logger: Logger = Serving.silence,
        _ body: @escaping @Sendable (Desk, AppClient) async throws -> Void
    ) async throws {
        try await kind.open(time) { store in
            let desk = try await Desk(store, jira: jira, drafter: drafter, logger: logger)
            try await desk.serve { try await body(desk, $0) }
        }
    }

    /// Serves the application while `body` runs.
    func serve(_ body: @escaping @Sendable (AppClient) async throws -> Void) async throws {
        let router = LockstepServer.guarded(
            by: AppClient.users, open: composition.openPaths, forms: TicketsApp.formPaths,
            metrics: composition.metrics)
        app.addRoutes(to: router, events: composition.events)
        composition.addRoutes(to: router)
        try await AppClient.serving(router, body)
    }

    // MARK: Sessions

    func start(_ site: String? = nil, as user: String = "anna") async throws -> SessionRecord {
        try await sessions.start(.init(displayName: "Anna A.", siteName: site), user: user)
    }

    /// Takes a new session to a status by the road alone, without files and tickets.
    func session(in status: TicketSession) async throws -> JobID {
        let id = try await start("site-\(status.rawValue)-\(JobID().text)").id
        let ways: [TicketSession: [TicketSession]] = [
            .siteInfoCollection: [], .upload: [.upload], .processing: [.upload, .processing],
            .review: [.upload, .processing, .review],
            .jiraExport: [.upload, .processing, .review, .jiraExport],
        ]
        var way = ways[status] ?? []
        switch status {
        case .processingFailed: way = [.upload, .processing, .processingFailed]
        case .exporting, .exportFailed, .completed: way = (ways[.jiraExport] ?? []) + [status]
        default: break
        }
        for next in way { try await go(id, to: next) }
        #expect(try await jobs.find(id)?.record.status == status.rawValue)
        return id
    }

    /// As people, workers and failures do it.
    func go(_ id: JobID, to status: TicketSession) async throws {
        switch status {
        case .review: try await work(id) { Handler(TicketSession.processing) { _ in .review } }
        case .completed: try await work(id) { Handler(TicketSession.exporting) { _ in .completed } }
        case .processingFailed:
            try await work(id) {
                Handler(TicketSession.processing) { _ in throw Failure.userFixable("no") }
            }
        case .exportFailed:
            try await work(id) {
                Handler(TicketSession.exporting) { _ in throw Failure.userFixable("no") }
            }
        case .exporting:
            let worker = WorkerID("hand")
            let statuses = [TicketSession.name: [status.rawValue]]
            var beat = Heartbeat(worker: worker, lease: .seconds(600), statuses: statuses, host: "here:1")
            beat.isFirst = true
            _ = try await store.beat(beat)
            _ = try await store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 10))
        default: try await jobs.move(id, to: status, by: .operator("olga"))
        }
    }

    private func work(_ id: JobID, @HandlerBuilder _ handlers: () -> [Handler]) async throws {
        let handlers = handlers()
        _ = try await WorkerUnderTest(on: store) { handlers }.run(id, of: TicketSession.self)
    }

    /// Does the application's work on a session once.
    @discardableResult
    func work(_ id: JobID) async throws -> WorkerUnderTest.Run<TicketSession> {
        try await WorkerUnderTest(on: composition.counted) { app.handlers }.run(id, of: TicketSession.self)
    }

    func row(_ id: JobID) async throws -> SessionRecord? {
        try await store.read { try SessionTable.find(id, of: nil, in: $0) }
    }

    /// The objects of the storage.
    func storedObjects() throws -> [String] {
        let folder = "\(objects)/objects"
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }
}
