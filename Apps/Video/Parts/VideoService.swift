import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads

/// What users may do with their videos; the routes only translate.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct VideoService: Sendable {
    let store: any SQLStore
    let uploads: Uploads
    let jobs: Jobs<VideoJob>
    let sessions: Jobs<VideoSession>

    var videos: VideoTable { VideoTable(store: store) }
    var results: ResultTable { ResultTable(store: store) }
    var shelf: ArtefactShelf {
        ArtefactShelf("video", folder: "videos", store: store, storage: uploads.storage)
    }

    /// What may be uploaded. A permit ends with the job's time of waiting.
    static let policy = UploadPolicy(
        largest: 20 << 30,
        contentTypes: [
            "video/mp4", "video/x-m4v", "video/quicktime", "video/x-matroska", "video/matroska", "video/webm",
            "video/x-msvideo", "video/avi", "video/mp2t", "application/x-matroska",
            "application/octet-stream",
        ], expiry: .seconds(15 * 60), announcements: 1)

    /// A video with its job.
    struct View: Sendable {
        var video: Video
        var job: Job<VideoJob>
    }

    /// What a client says about a video.
    struct Wish: Sendable {
        var session: JobID?
        var filename: String
        var contentType: String
        var size: Int64
        var sha256: String?
    }

    /// What an announcement gave.
    struct Begun: Sendable {
        var job: JobID
        var session: JobID
        var permit: UploadPermit
    }

    // MARK: The upload

    /// Announces a video: its job waits, its session is there, and a permit is given.
    func begin(_ wish: Wish, owner: String) async throws -> Begun {
        let now = store.time.now()
        let video = Video(
            job: JobID(at: now), session: wish.session ?? JobID(at: now), owner: owner,
            filename: wish.filename,
            contentType: wish.contentType.lowercased(), size: wish.size, createdAt: now)
        let announcement = Announcement(
            job: video.job, lifecycle: jobs.definition.name, name: VideoJob.upload, filename: wish.filename,
            size: wish.size, contentType: wish.contentType, sha256: wish.sha256)
        var session = try sessions.new(NoValue(), owner: owner)
        session.id = video.session
        var job = try jobs.new(VideoInput(session: video.session.text), owner: owner)
        job.id = video.job
        let (newSession, newJob) = (session, job)
        let permit = try await uploads.announce(announcement, in: jobs.definition, policy: Self.policy) {
            transaction in
            // The same session may get several videos; somebody else's is none.
            let (found, _) = try transaction.start(newSession).get()
            guard Owner.isSame(found.owner, owner) else { throw Problem.noSession }
            _ = try transaction.start(newJob).get()
            try VideoTable.insert(video, in: transaction)
        }.permit
        return Begun(job: video.job, session: video.session, permit: permit)
    }

    /// Takes note that a video is there. The job's move and the session's are one transaction; see ``moveSession(of:in:)``.
    func complete(_ job: JobID, identity: Identity) async throws -> Completion {
        do {
            return try await uploads.complete(
                job, in: jobs.definition, by: identity.actor, ownedBy: identity.operates ? nil : identity.user
            )
        } catch let refusal as Refusal where refusal.code == .notFound {
            throw Problem.noVideo
        }
    }

    /// Moves the session of a job whose upload was verified, in the transaction of the job's own move.
    static func moveSession(of record: JobRecord, in transaction: any SQLTransaction) throws {
        guard let session = try Job<VideoJob>(record).input().session.flatMap({ JobID($0) }) else { return }
        var command = Command(
            .move(to: VideoSession.uploaded.rawValue), job: session, of: VideoSession.name, by: .event)
        command.expecting = VideoSession.created.rawValue
        command.ownedBy = record.owner
        command.reason = "a video is there"
        do {
            _ = try transaction.apply(command).get()
        } catch let refusal as Refusal where [.unexpectedState, .notFound].contains(refusal.code) {
            // It has had its first video before, or its time was over.
        }
    }

    // MARK: Reading

    /// A user's videos, newest first.
    func list(of owner: String, limit: Int) async throws -> [View] {
        let videos = try await videos.list(of: owner, limit: limit)
        guard !videos.isEmpty else { return [] }
        let found = try await jobs.find {
            $0.ids = videos.map(\.job)
            $0.limit = videos.count
        }
        let byID = Dictionary(found.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        return videos.compactMap { video in byID[video.job].map { View(video: video, job: $0) } }
    }

    /// One video. Operators see everybody's.
    func view(_ job: JobID, identity: Identity) async throws -> View {
        let owner = identity.operates ? nil : identity.user
        guard let video = try await videos.find(job, of: owner),
            let found = try await jobs.find(job, ownedBy: owner)
        else { throw Problem.noVideo }
        return View(video: video, job: found)
    }
}
