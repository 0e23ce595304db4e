/// The application's own tables, in the database of the jobs, in SQL that SQLite and PostgreSQL both read.
enum AnomalySchema {
    /// The statements that create what is not there.
    static let create = [
        """
        CREATE TABLE IF NOT EXISTS anomaly_datasets (
            id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            filename TEXT NOT NULL,
            size BIGINT NOT NULL,
            sha256 TEXT NOT NULL,
            storage_key TEXT NOT NULL UNIQUE,
            analysis_session TEXT,
            triage_session TEXT,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS anomaly_datasets_owner ON anomaly_datasets (owner, id)",
        """
        CREATE TABLE IF NOT EXISTS anomaly_results (
            session_id TEXT PRIMARY KEY,
            dataset_id TEXT NOT NULL REFERENCES anomaly_datasets (id) ON DELETE CASCADE,
            threshold DOUBLE PRECISION NOT NULL,
            details TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX IF NOT EXISTS anomaly_results_dataset ON anomaly_results (dataset_id, created_at)",
        """
        CREATE TABLE IF NOT EXISTS anomaly_rows (
            session_id TEXT NOT NULL REFERENCES anomaly_results (session_id) ON DELETE CASCADE,
            place BIGINT NOT NULL,
            row_number BIGINT NOT NULL,
            line BIGINT NOT NULL,
            score DOUBLE PRECISION NOT NULL,
            contributions TEXT NOT NULL,
            cells TEXT NOT NULL,
            explanation TEXT,
            refusal TEXT,
            PRIMARY KEY (session_id, place)
        )
        """,
        // What a triage that still runs has been told so far.
        """
        CREATE TABLE IF NOT EXISTS anomaly_answers (
            triage_id TEXT NOT NULL,
            place BIGINT NOT NULL,
            analysis_id TEXT NOT NULL REFERENCES anomaly_results (session_id) ON DELETE CASCADE,
            explanation TEXT,
            refusal TEXT,
            PRIMARY KEY (triage_id, place)
        )
        """,
        "CREATE INDEX IF NOT EXISTS anomaly_answers_analysis ON anomaly_answers (analysis_id)",
        // Folders of deleted datasets that are still to be erased.
        "CREATE TABLE IF NOT EXISTS anomaly_erasures (storage_key TEXT PRIMARY KEY)",
    ]
}
