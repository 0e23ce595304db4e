/// The application's own tables, in the database of the jobs, in SQL that SQLite and PostgreSQL both read.
///
/// The statuses are not here: they are those of the jobs, in the table `sessions_jobs`, and held to the declaration by its
/// constraint `chk_sessions_status`.
enum ExpenseSchema {
    /// The statements that create what is not there.
    static let create = [
        """
        CREATE TABLE IF NOT EXISTS expense_sessions (
            session_id TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            storage_key TEXT NOT NULL UNIQUE,
            created_at BIGINT NOT NULL
        )
        """,
        // A file, how far it is, and from then on what was read in it, as one document: it is written once and read as a
        // whole.
        """
        CREATE TABLE IF NOT EXISTS expense_files (
            session_id TEXT NOT NULL,
            place INTEGER NOT NULL,
            filename TEXT NOT NULL,
            size BIGINT NOT NULL,
            sha256 TEXT NOT NULL,
            phase TEXT NOT NULL CONSTRAINT chk_expense_files_phase
                CHECK (phase = 'waiting' OR phase = 'reading' OR phase = 'read' OR phase = 'refused'),
            pages INTEGER,
            transactions INTEGER,
            document TEXT,
            PRIMARY KEY (session_id, place)
        )
        """,
        // What matching came to; written with the move that ends it. Reports are made from it.
        """
        CREATE TABLE IF NOT EXISTS expense_reports (
            session_id TEXT PRIMARY KEY,
            report TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """,
        // The directory: each user keeps one.
        """
        CREATE TABLE IF NOT EXISTS expense_employees (
            owner TEXT NOT NULL,
            id TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (owner, id)
        )
        """,
        """
        CREATE TABLE IF NOT EXISTS expense_aliases (
            owner TEXT NOT NULL,
            employee_id TEXT NOT NULL,
            alias TEXT NOT NULL,
            PRIMARY KEY (owner, employee_id, alias)
        )
        """,
    ]
}
