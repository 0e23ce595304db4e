/// The application's own tables, in the database of the jobs, in SQL that SQLite and PostgreSQL both read.
enum VideoSchema {
    /// The statements that create what is not there.
    static let create = [
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
        // The files that can be read: each became one with the move of the work that made it.
        """
        CREATE TABLE IF NOT EXISTS video_artefacts (
            job_id TEXT NOT NULL,
            name TEXT NOT NULL,
            storage_key TEXT NOT NULL UNIQUE,
            version TEXT NOT NULL,
            content_type TEXT NOT NULL,
            size BIGINT NOT NULL,
            PRIMARY KEY (job_id, name)
        )
        """,
        // Files that are being made, and those whose work was lost: noted before the storage has any byte of them.
        """
        CREATE TABLE IF NOT EXISTS video_drafts (
            storage_key TEXT PRIMARY KEY,
            job_id TEXT NOT NULL,
            fence BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """,
    ]
}
