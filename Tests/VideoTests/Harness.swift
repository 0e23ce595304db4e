import AppSupport
import Crypto
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepServer
import LockstepTesting
import LockstepUploads
import NIOCore
import NIOHTTP1
import Testing

@testable import Video

/// The application served on a free port over a database of its own.
struct Harness: Sendable {
    let store: any SQLStore
    let uploads: Uploads
    let app: VideoApp
    let service: VideoService
    let jobs: Jobs<VideoJob>
    let sessions: Jobs<VideoSession>
    /// The folder of the storage.
    let objects: String
    /// The folder of what is being worked on.
    let scratch: String
    let composition: ServerComposition
    let client: AppClient

    /// Runs `body` on a served application and ends everything afterwards.
    /// - Parameter store: where its jobs are; a fresh SQLite file on the machine's clock when left out.
    static func run(
        on store: (any SQLStore)? = nil, time: any TimeSource = SystemTime(),
        _ body: @escaping @Sendable (Harness) async throws -> Void
    ) async throws {
        let files = try Scratch()
        let store: any SQLStore =
            if let store { store } else { try await SQLiteStore(path: files.database, time: time) }
        let objects = files.path("uploads")
        var uploads = Uploads(store: store, storage: try await DiskStorage(objects, time: store.time))
        uploads.companions = VideoApp.companions
        try await uploads.setUp()
        let app = try await VideoApp(
            store: store, uploads: uploads, scratch: files.path("scratch"), logger: Serving.silence)
        let composition = ServerComposition(
            store: store, limits: .none, uploads: UploadService(uploads), logger: Serving.silence)
        let router = LockstepServer.guarded(
            by: AppClient.users, open: composition.openPaths, forms: VideoApp.formPaths,
            metrics: composition.metrics)
        app.addRoutes(to: router, events: composition.events)
        composition.addRoutes(to: router)
        let service = VideoService(
            store: store, uploads: uploads, jobs: try await Jobs(on: store),
            sessions: try await Jobs(on: store))
        let (served, made) = (uploads, files)
        try await AppClient.serving(router) { client in
            try await body(
                Harness(
                    store: store, uploads: served, app: app, service: service, jobs: service.jobs,
                    sessions: service.sessions, objects: objects, scratch: made.path("scratch"),
                    composition: composition, client: client))
        }
        withExtendedLifetime(files) {}
    }

    /// Lets a worker work while `body` runs.
    func working(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await Worker(
            on: VerifyingStore(store, uploads: uploads), options: WorkerOptions(concurrency: 2)
        ) { app.handlers }.working(body)
    }

    // MARK: Requests

    /// Sends a request as a user.
    func send(
        _ method: HTTPMethod, _ path: String, as user: String? = "anna", body: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> AppClient.Reply {
        try await client.send(method, path, as: user, body: body, headers: headers)
    }

    /// What an announcement was answered with.
    struct Begun: Sendable {
        let job: JobID
        let session: String
        let url: String
        let headers: [String: String]
    }

    /// Announces a video.
    func initiate(
        _ content: Data, named name: String = "match.mp4", type: String = "video/mp4", session: String? = nil,
        sha256: Bool = true, as user: String = "anna"
    ) async throws -> Begun {
        var members: [String: JSONValue] = [
            "filename": .string(name), "content_type": .string(type), "size": .integer(Int64(content.count)),
        ]
        if let session { members["session_id"] = .string(session) }
        if sha256 {
            members["sha256"] = .string(
                SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined())
        }
        let reply = try await send(
            .POST, "/api/videos/upload/initiate", as: user, body: try JSONValue.object(members).encoded())
        #expect(reply.status == 201, "\(reply.text)")
        let upload = try #require(try reply["upload"])
        #expect(upload["method"]?.text == "PUT" && upload["expires_at"]?.text != nil)
        guard case .object(let headers)? = upload["headers"] else { throw CancellationError() }
        return Begun(
            job: try #require(try reply["job_id"]?.text.flatMap { JobID($0) }),
            session: try #require(try reply["session_id"]?.text), url: try #require(upload["url"]?.text),
            headers: headers.compactMapValues(\.text))
    }

    /// Puts a video to where it was permitted, without a token.
    func put(_ content: Data, _ begun: Begun) async throws -> Int {
        let headers = begun.headers.filter { $0.key.lowercased() != "content-length" }
        return try await client.send(
            .PUT, begun.url, as: nil, bytes: ByteBuffer(bytes: content), type: nil, headers: headers
        ).status
    }

    /// Says that a video is there.
    func complete(_ job: JobID, as user: String = "anna") async throws -> AppClient.Reply {
        try await send(.POST, "/api/videos/upload/complete", as: user, body: "{\"job_id\":\"\(job)\"}")
    }

    /// Announces, sends and completes a video.
    func upload(_ content: Data, named name: String = "match.mp4", as user: String = "anna") async throws
        -> JobID
    {
        let begun = try await initiate(content, named: name, as: user)
        #expect(try await put(content, begun) == 201)
        let reply = try await complete(begun.job, as: user)
        #expect(reply.status == 200, "\(reply.text)")
        return begun.job
    }

    /// The status of a job.
    func status(_ job: JobID) async throws -> String? { try await jobs.find(job)?.record.status }

    /// Waits until a job has ended.
    func end(of job: JobID) async throws -> Job<VideoJob> { try await jobs.end(of: job) }

    /// Claims a job as a worker of this name would, in a working status.
    func claim(_ job: JobID, for status: VideoJob) async throws -> Claim {
        let worker = WorkerID("hand")
        let statuses = [VideoJob.name: [status.rawValue]]
        var beat = Heartbeat(worker: worker, lease: .seconds(600), statuses: statuses, host: "here:1")
        beat.isFirst = true
        _ = try await store.beat(beat)
        let claimed = try await store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 100))
        let record = try #require(claimed.first { $0.id == job })
        return Claim(worker: worker, fence: record.fence)
    }

    /// Moves a job as the holder of a claim.
    func move(_ job: JobID, to status: VideoJob, under claim: Claim) async throws {
        try await jobs.apply(.move(to: status.rawValue), to: job, by: .worker(claim.worker.text)) {
            $0.claim = claim
        }
    }
}
