import Lockstep
import LockstepSQL
import LockstepServer

/// A video that was announced.
struct Video: Hashable, Sendable {
    /// Its job.
    var job: JobID
    /// The session that it belongs to.
    var session: JobID
    /// The user whom it belongs to.
    var owner: String
    /// The name of the client's file: text for people.
    var filename: String
    /// Its media type, as announced.
    var contentType: String
    /// Its length in bytes, as announced.
    var size: Int64
    /// When it was announced.
    var createdAt: Timestamp
}

/// Reads and writes `video_videos`.
struct VideoTable: Sendable {
    let store: any SQLStore

    private static let columns = "job_id, session_id, owner, filename, content_type, size, created_at"

    /// Adds a video, with the start of its job.
    static func insert(_ video: Video, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "INSERT INTO video_videos (\(columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", video.job.text,
            video.session.text, video.owner, video.filename, video.contentType, video.size,
            video.createdAt.microseconds)
    }

    /// A user's video; `nil` when there is none or it is somebody else's.
    func find(_ job: JobID, of owner: String?) async throws -> Video? {
        try await store.read { database in
            let rows =
                if let owner {
                    try database.query(
                        "SELECT \(Self.columns) FROM video_videos WHERE job_id = ?1 AND owner = ?2", job.text,
                        owner)
                } else {
                    try database.query("SELECT \(Self.columns) FROM video_videos WHERE job_id = ?1", job.text)
                }
            return try rows.first.map(Video.init)
        }
    }

    /// A user's videos, newest first.
    func list(of owner: String, limit: Int) async throws -> [Video] {
        try await store.read { database in
            try database.query(
                "SELECT \(Self.columns) FROM video_videos WHERE owner = ?1 ORDER BY job_id DESC LIMIT ?2",
                owner,
                limit
            ).map(Video.init)
        }
    }

    /// The jobs of all videos after one, in order.
    func jobs(after job: String, limit: Int) async throws -> [JobID] {
        try await store.read { database in
            try database.query(
                "SELECT job_id FROM video_videos WHERE job_id > ?1 ORDER BY job_id LIMIT ?2", job, limit
            ).compactMap { $0[0].text.map(JobID.init(stored:)) }
        }
    }
}

extension Video {
    /// Reads a row of `video_videos`.
    init(_ row: SQLRow) throws {
        guard let job = row[0].text, let session = row[1].text, let owner = row[2].text,
            let filename = row[3].text, let contentType = row[4].text, let size = row[5].integer,
            let createdAt = row[6].integer
        else { throw Failure.unreadableRow(of: "video_videos") }
        self.init(
            job: JobID(stored: job), session: JobID(stored: session), owner: owner, filename: filename,
            contentType: contentType, size: size, createdAt: Timestamp(microseconds: createdAt))
    }
}
