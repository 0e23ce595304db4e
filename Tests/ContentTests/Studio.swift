import AppSupport
import ContentWriting
import Foundation
import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import LockstepUploads
import NIOHTTP1
import Testing

@testable import Content

/// The application, served on a free port over a database of its own.
struct Studio: Sendable {
    let store: any SQLStore
    let app: ContentApp
    let jobs: Jobs<ContentRequest>
    let messages: Jobs<ContentMessage>
    let client: AppClient
    /// The folder of the storage.
    let objects: String
    /// The folder of what is being worked on.
    let scratch: String

    /// What an installation may have otherwise.
    struct Options: Sendable {
        var writer: any ScriptModel = OfflineWriter()
        var notifier: (any ContentNotifier)?
        var delivery = ContentDelivery.pull
    }

    /// Serves the application while `body` runs.
    static func run(
        on kind: StoreKind, time: (any TimeSource)? = nil, _ options: Options = Options(),
        _ body: @escaping @Sendable (Studio) async throws -> Void
    ) async throws {
        try await kind.open(time) { store in try await run(on: store, options, body) }
    }

    /// Serves the application on a store while `body` runs.
    static func run(
        on store: any SQLStore, _ options: Options = Options(),
        _ body: @escaping @Sendable (Studio) async throws -> Void
    ) async throws {
        let files = try Scratch()
        let (objects, scratch) = (files.path("uploads"), files.path("scratch"))
        let app = try await ContentApp(
            store: store, storage: try await DiskStorage(objects, time: store.time), scratch: scratch,
            writer: options.writer, notifier: options.notifier, delivery: options.delivery,
            logger: Serving.silence)
        let composition = ServerComposition(store: store, limits: .none, logger: Serving.silence)
        let router = LockstepServer.guarded(
            by: AppClient.users, open: composition.openPaths, forms: ContentApp.formPaths,
            metrics: composition.metrics)
        app.addRoutes(to: router, events: composition.events)
        composition.addRoutes(to: router)
        let (jobs, messages) = (
            try await Jobs<ContentRequest>(on: store), try await Jobs<ContentMessage>(on: store)
        )
        try await AppClient.serving(router) { client in
            try await body(
                Studio(
                    store: store, app: app, jobs: jobs, messages: messages, client: client, objects: objects,
                    scratch: scratch))
        }
        withExtendedLifetime(files) {}
    }

    /// A worker of the application.
    func worker(_ name: String = "worker") -> Worker {
        Worker(on: store, options: WorkerOptions(name: name, concurrency: 2), logger: Serving.silence) {
            app.handlers
        }
    }

    // MARK: Requests

    /// Asks a question.
    func ask(_ question: String, notify: JSONValue? = nil, as user: String = "anna") async throws -> JobID {
        var body: [String: JSONValue] = ["question": .string(question)]
        if let notify { body["notify"] = notify }
        let reply = try await client.send(
            .POST, "/api/content/requests", as: user, body: try JSONValue.object(body).encoded())
        #expect(reply.status == 201, "\(reply.text)")
        #expect(try reply["status"]?.text == "pending")
        return try #require(try reply["id"]?.text.flatMap { JobID($0) })
    }

    /// A request as the API shows it.
    func request(_ id: JobID, as user: String = "anna") async throws -> JSONValue {
        let reply = try await client.send(.GET, "/api/content/requests/\(id)", as: user)
        #expect(reply.status == 200, "\(reply.text)")
        return try reply.json()
    }

    /// The objects of the storage, and the files that are worked on, locks included.
    func files() throws -> [String] {
        try ["\(objects)/objects", "\(objects)/incoming", scratch].flatMap { folder in
            guard FileManager.default.fileExists(atPath: folder) else { return [String]() }
            return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder)
                    && !isFolder.boolValue
            }
        }
    }
}

/// Writes one short section: a script of a few seconds, where the words do not matter.
struct ShortWriter: ScriptModel {
    func answer(_ request: ScriptRequest) async throws -> ScriptAnswer {
        let id = request.passages[0].passage.id
        let draft = ScriptDraft(
            title: "Short",
            sections: [
                ScriptSection(
                    title: "One", sentences: [ScriptSentence(text: "Light is scattered.", citations: [id])]),
                ScriptSection(
                    title: "Two", sentences: [ScriptSentence(text: "That is all.", citations: [id])]),
            ])
        return .script(try Script(draft, for: request.question, from: request.passages.map(\.passage)))
    }
}
