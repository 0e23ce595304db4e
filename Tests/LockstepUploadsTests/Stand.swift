import AppSupport
import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepServer
import LockstepTesting
import LockstepUploads
import Logging
import NIOCore
import NIOHTTP1
import PostgresSupport
import ServiceLifecycle
import Testing

/// An installation of a test: jobs, objects, and a server on a free port of this machine.
struct Stand: Sendable {
    let store: any SQLStore
    let time: TestTime
    let scratch: Scratch
    let uploads: Uploads
    let policy: UploadPolicy
    let client: PermitClient
    let definition = Definition(Clip.self)
    /// What claims go through.
    let guarded: VerifyingStore
    /// The token of anna, who owns the jobs.
    let token: String
    /// Keeps a database as long as the stand.
    private let database: FreshDatabase?

    var storage: any ObjectStorage { uploads.storage }

    /// Serves while `body` runs.
    static func run(
        _ place: Place, policy: UploadPolicy = UploadPolicy(expiry: .seconds(900)),
        _ body: @Sendable (Stand) async throws -> Void
    ) async throws {
        // A storage elsewhere has a clock of its own: what is signed by this one must hold there.
        let (scratch, time) = (try Scratch(), TestTime(SystemTime().now()))
        let database = place.engine == .postgres ? try await FreshDatabase() : nil
        let store: any SQLStore =
            if let database {
                try await database.store(time, connections: 8)
            } else {
                try await SQLiteStore(path: scratch.database, time: time)
            }
        let uploads = Uploads(store: store, storage: try await place.storage.make(scratch, time))
        try await uploads.setUp()
        _ = try await store.install([Definition(Clip.self)])
        let server = ServerComposition(
            store: store, limits: .none, uploads: UploadService(uploads, policy: policy))
        let token = try await server.tokens.create(user: "anna", role: .client)
        try await Serving.run(server.router()) { port in
            try await body(
                Stand(
                    store: store, time: time, scratch: scratch, uploads: uploads, policy: policy,
                    client: PermitClient(server: "http://127.0.0.1:\(port)"),
                    guarded: VerifyingStore(store, uploads: uploads), token: token, database: database))
        }
        if let store = store as? PostgresStore { await store.close() }
    }

    // MARK: Clients

    /// Starts a job and announces its upload in one transaction.
    /// - Parameter expired: whether the permit has ended before it is given.
    func announce(
        _ bytes: [UInt8], sha256: String? = nil, contentType: String = "video/mp4", expired: Bool = false
    ) async throws -> (job: JobID, permit: UploadPermit) {
        let job = JobID(at: time.now())
        var start = NewJob(lifecycle: definition.name)
        start.id = job
        start.owner = "anna"
        let (new, announcement) = (
            start,
            Announcement(
                job: job, lifecycle: definition.name, name: "video", filename: "match.mp4",
                size: Int64(bytes.count), contentType: contentType, sha256: sha256)
        )
        var policy = policy
        if expired { policy.expiry = .seconds(-1) }
        let announced = try await uploads.announce(announcement, in: definition, policy: policy) {
            transaction in
            _ = try transaction.start(new).get()
        }
        return (job, announced.permit)
    }

    /// Announces and sends an upload.
    func send(_ bytes: [UInt8]) async throws -> JobID {
        let (job, permit) = try await announce(bytes)
        #expect(try await client.put(permit, bytes) < 300)
        return job
    }

    func complete(_ job: JobID) async throws -> Completion {
        try await uploads.complete(job, in: definition, by: .owner("anna"), ownedBy: "anna")
    }

    // MARK: The store

    func record(_ job: JobID) async throws -> JobRecord {
        var query = JobQuery(definition.name)
        query.ids = [job]
        return try #require(try await store.find(query).first)
    }

    func history(_ job: JobID) async throws -> [HistoryEntry] {
        try await store.history(of: job, in: definition.name, after: 0)
    }

    /// The key of a job's object.
    func key(_ job: JobID) async throws -> ObjectKey {
        let rows = try await store.read {
            try $0.query("SELECT storage_key FROM lockstep_uploads WHERE job = ?1", job.text)
        }
        return try #require(rows.first?[0].text.flatMap(ObjectKey.init))
    }

    /// A worker that counts as alive.
    func worker(_ name: String = "w") async throws -> WorkerID {
        let worker = WorkerID("\(name)-\(JobID().text)")
        var beat = Heartbeat(
            worker: worker, lease: .seconds(86_400), statuses: [definition.name: Self.working], host: "here")
        beat.isFirst = true
        _ = try await store.beat(beat)
        return worker
    }

    static let working = [Clip.quickRunning.rawValue, Clip.deepRunning.rawValue]

    func claim(_ worker: WorkerID, limit: Int = 100) async throws -> [JobRecord] {
        try await guarded.claim(
            ClaimRequest(worker: worker, statuses: [definition.name: Self.working], limit: limit))
    }

    /// What the holder of a claim writes.
    func move(_ record: JobRecord, to status: Clip) async throws {
        let worker = try #require(record.claimedBy)
        var command = Command(
            .move(to: status.rawValue), job: record.id, of: definition.name, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: record.fence)
        _ = try #require(try await store.apply([command]).first).get()
    }
}

/// Bytes of which no two are alike by chance.
func someBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        withUnsafeBytes(of: generator.next() as UInt64) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
}
