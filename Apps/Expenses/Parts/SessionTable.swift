import ExpenseStatements
import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `expense_sessions` and `expense_files`.
struct SessionTable: Sendable {
    let store: any SQLStore

    /// A session's row: where its files are, and whom they belong to.
    struct Row: Sendable {
        var id: JobID
        var owner: String
        var storageKey: String
        var createdAt: Timestamp
    }

    // MARK: Writing

    /// Adds a session with its files.
    static func insert(_ row: Row, files: [SessionFile], in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "INSERT INTO expense_sessions (session_id, owner, storage_key, created_at) VALUES (?1, ?2, ?3, ?4)",
            row.id.text, row.owner, row.storageKey, row.createdAt.microseconds)
        for file in files {
            try transaction.execute(
                """
                INSERT INTO expense_files (session_id, place, filename, size, sha256, phase)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """, row.id.text, file.place, file.filename, file.size, file.sha256, file.phase.rawValue)
        }
    }

    /// Says how far a file is, and what was read in it.
    static func set(
        _ phase: SessionFile.Phase, of place: Int, in session: JobID, document: Document? = nil,
        in transaction: any SQLTransaction
    ) throws {
        var (pages, transactions): (Int?, Int?)
        switch document {
        case .statement(let statement):
            (pages, transactions) = (statement.pages, statement.transactions.count)
        case .receipt, nil: break
        }
        try transaction.execute(
            """
            UPDATE expense_files SET phase = ?1, pages = ?2, transactions = ?3, document = ?4
            WHERE session_id = ?5 AND place = ?6
            """, phase.rawValue, pages, transactions, try document.map { try JSONText.encode($0) },
            session.text,
            place)
    }

    /// Erases what was read in a session's files; the rows stay.
    static func forget(_ session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "UPDATE expense_files SET document = NULL WHERE session_id = ?1", session.text)
    }

    /// Erases a session's rows.
    static func delete(_ session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM expense_files WHERE session_id = ?1", session.text)
        try transaction.execute("DELETE FROM expense_sessions WHERE session_id = ?1", session.text)
    }

    // MARK: Reading

    /// All sessions, after the one with this id.
    func list(after place: String, limit: Int) async throws -> [Row] {
        try await store.read { database in
            try database.query(
                "\(Row.select) WHERE session_id > ?1 ORDER BY session_id LIMIT ?2", place, limit
            ).map(Row.init)
        }
    }

    /// Those of some keys that belong to no session.
    func unknown(of keys: [String]) async throws -> [String] {
        try await store.read { database in
            try keys.filter { key in
                try database.query("SELECT 1 FROM expense_sessions WHERE storage_key = ?1", key).isEmpty
            }
        }
    }

    /// The rows of sessions.
    func find(_ sessions: [JobID]) async throws -> [JobID: Row] {
        guard !sessions.isEmpty else { return [:] }
        let ids = sessions.map(\.text)
        return try await store.read { database in
            let rows = try database.query(
                """
                SELECT session_id, owner, storage_key, created_at FROM expense_sessions
                WHERE session_id IN (\(ids.sqlPlaces))
                """, ids
            ).map(Row.init)
            return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// The files of sessions, in their order.
    func files(of sessions: [JobID]) async throws -> [JobID: [SessionFile]] {
        guard !sessions.isEmpty else { return [:] }
        let ids = sessions.map(\.text)
        return try await store.read { database in
            var files: [JobID: [SessionFile]] = [:]
            for row in try database.query(
                """
                SELECT \(SessionFile.columns), session_id FROM expense_files
                WHERE session_id IN (\(ids.sqlPlaces)) ORDER BY place
                """, ids)
            {
                guard let id = row[7].text else { throw Failure.unreadableRow(of: "expense_files") }
                files[JobID(stored: id), default: []].append(try SessionFile(row))
            }
            return files
        }
    }

    /// What was read in a session's files, by their places.
    func documents(of session: JobID) async throws -> [Int: Document] {
        try await store.read { database in
            var documents: [Int: Document] = [:]
            for row in try database.query(
                "SELECT place, document FROM expense_files WHERE session_id = ?1 AND document IS NOT NULL",
                session.text)
            {
                guard let place = row[0].integer, let text = row[1].text else {
                    throw Failure.unreadableRow(of: "expense_files")
                }
                documents[Int(place)] = try JSONText.decode(Document.self, from: text)
            }
            return documents
        }
    }
}

extension SessionTable.Row {
    fileprivate static let select = "SELECT session_id, owner, storage_key, created_at FROM expense_sessions"

    fileprivate init(_ row: SQLRow) throws {
        guard let id = row[0].text, let owner = row[1].text, let key = row[2].text,
            let createdAt = row[3].integer
        else { throw Failure.unreadableRow(of: "expense_sessions") }
        self.init(
            id: JobID(stored: id), owner: owner, storageKey: key,
            createdAt: Timestamp(microseconds: createdAt))
    }
}
