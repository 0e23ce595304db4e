import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `content_requests`. Status, progress and stage are the database's own doing.
struct RequestTable: Sendable {
    let store: any SQLStore

    /// A request as its table shows it.
    struct Row: Hashable, Sendable {
        var id: JobID
        var owner: String
        var question: String
        var status: ContentRequest
        var progress: Int
        var stage: String
        var metadata: RequestMetadata
        var createdAt: Timestamp
        var updatedAt: Timestamp
    }

    private static let columns = """
        id, owner, question, CAST(status AS TEXT), progress_percentage, current_stage, request_metadata, created_at,
        updated_at
        """

    /// Adds a request, with the start of its job.
    func insert(_ row: Row, in transaction: any SQLTransaction) throws {
        let status = ContentSchema(dialect: store.dialect).status("?4")
        try transaction.execute(
            """
            INSERT INTO content_requests (id, owner, question, status, progress_percentage, current_stage,
                request_metadata, created_at, updated_at)
            VALUES (?1, ?2, ?3, \(status), ?5, ?6, ?7, ?8, ?9)
            """, row.id.text, row.owner, row.question, row.status.rawValue, row.progress, row.stage,
            try JSONText.encode(row.metadata), row.createdAt.microseconds, row.updatedAt.microseconds)
    }

    /// Requests by their ids.
    func find(_ ids: [JobID]) async throws -> [JobID: Row] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await store.read { try Self.find(ids, in: $0) }
        return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    }

    /// One request.
    static func find(_ id: JobID, in database: any SQLReading) throws -> Row? {
        try find([id], in: database).first
    }

    private static func find(_ ids: [JobID], in database: any SQLReading) throws -> [Row] {
        try database.query(
            "SELECT \(columns) FROM content_requests WHERE id IN (\(ids.map(\.text).sqlPlaces))",
            ids.map(\.text)
        ).map(Row.init)
    }

    /// Writes what is known of a request beside its status.
    static func update(_ id: JobID, metadata: RequestMetadata, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "UPDATE content_requests SET request_metadata = ?1 WHERE id = ?2", try JSONText.encode(metadata),
            id.text)
    }

    /// Puts a question in the place of the one before.
    static func update(
        _ id: JobID, question: String, metadata: RequestMetadata, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            "UPDATE content_requests SET question = ?1, request_metadata = ?2 WHERE id = ?3", question,
            try JSONText.encode(metadata), id.text)
    }
}

extension RequestTable.Row {
    init(_ row: SQLRow) throws {
        guard let id = row[0].text, let owner = row[1].text, let question = row[2].text,
            let status = row[3].text.flatMap(ContentRequest.init), let progress = row[4].integer,
            let stage = row[5].text, let metadata = row[6].text, let created = row[7].integer,
            let updated = row[8].integer
        else { throw Failure.unreadableRow(of: "content_requests") }
        self.init(
            id: JobID(stored: id), owner: owner, question: question, status: status, progress: Int(progress),
            stage: stage, metadata: try JSONText.decode(RequestMetadata.self, from: metadata),
            createdAt: Timestamp(microseconds: created), updatedAt: Timestamp(microseconds: updated))
    }
}
