import LockstepServer

/// The application's own tables, in the database of the jobs, in SQL that SQLite and PostgreSQL both read.
enum VideoSchema {
    /// The statements that create what is not there.
    static let create =
        [
            """
            CREATE TABLE IF NOT EXISTS video_videos (
                job_id TEXT PRIMARY KEY,
                session_id TEXT NOT NULL,
                owner TEXT NOT NULL,
                filename TEXT NOT NULL,
                content_type TEXT NOT NULL,
                size BIGINT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
            "CREATE INDEX IF NOT EXISTS video_videos_owner ON video_videos (owner, job_id)",
            // What an analysis found: quick or deep. Written with the move that ends it.
            """
            CREATE TABLE IF NOT EXISTS video_results (
                job_id TEXT NOT NULL,
                analysis TEXT NOT NULL,
                result TEXT NOT NULL,
                fence BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                PRIMARY KEY (job_id, analysis)
            )
            """,
        ] + ArtefactShelf.tables("video")
}
