import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads

/// A file of a session, as its row of `ticket_files` knows it.
struct TicketFile: Hashable, Sendable {
    /// Its place among the session's files; it is not used again.
    var place: Int
    /// What the user calls it.
    var filename: String
    /// Its size in bytes.
    var size: Int64
    /// SHA-256 of its bytes in hexadecimal.
    var sha256: String
    /// Its name in the storage.
    var key: ObjectKey
    /// When it was uploaded.
    var createdAt: Timestamp
}

/// Reads and writes `ticket_files`, and the notes about objects that belong to no file.
///
/// An object is noted before the storage has a byte of it, and the note goes in the transaction in which the file comes.
/// When a file's row goes, by whatever road, the database notes the object again.
enum FileTable {
    /// A session's files, in their order.
    static func list(of session: JobID, in database: any SQLReading) throws -> [TicketFile] {
        try database.query(
            """
            SELECT place, filename, size, sha256, storage_key, created_at FROM ticket_files
            WHERE session_id = ?1 ORDER BY place
            """, session.text
        ).map { row in
            guard let place = row[0].integer, let name = row[1].text, let size = row[2].integer,
                let sha256 = row[3].text, let key = row[4].text.flatMap({ ObjectKey($0) }),
                let created = row[5].integer
            else { throw Failure.unreadableRow(of: "ticket_files") }
            return TicketFile(
                place: Int(place), filename: name, size: size, sha256: sha256, key: key,
                createdAt: Timestamp(microseconds: created))
        }
    }

    /// Adds a file whose object is in the storage and was noted.
    static func insert(_ file: TicketFile, of session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM ticket_file_drafts WHERE storage_key = ?1", file.key.text)
        try transaction.execute(
            """
            INSERT INTO ticket_files (session_id, place, filename, size, sha256, storage_key, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, session.text, file.place, file.filename, file.size, file.sha256, file.key.text,
            file.createdAt.microseconds)
    }

    /// Takes a file away.
    /// - Returns: whether it was there.
    static func delete(_ place: Int, of session: JobID, in transaction: any SQLTransaction) throws -> Bool {
        try transaction.execute(
            "DELETE FROM ticket_files WHERE session_id = ?1 AND place = ?2", session.text, place) > 0
    }

    // MARK: Objects that are no files

    /// Notes an object before the storage has a byte of it.
    static func note(
        _ key: ObjectKey, of session: JobID, at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            "INSERT INTO ticket_file_drafts (storage_key, session_id, created_at) VALUES (?1, ?2, ?3)",
            key.text, session.text, now.microseconds)
    }

    /// Forgets an object that was erased.
    static func forget(_ key: ObjectKey, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM ticket_file_drafts WHERE storage_key = ?1", key.text)
    }

    /// Noted objects that nobody needs.
    /// - Parameters:
    ///   - session: those of one session; `nil` for all.
    ///   - moment: what was noted after it may still be on its way into the storage.
    static func abandoned(
        of session: JobID? = nil, before moment: Timestamp, in database: any SQLReading
    ) throws -> [ObjectKey] {
        try database.query(
            """
            SELECT storage_key FROM ticket_file_drafts
            WHERE created_at <= ?1 AND (?2 = '' OR session_id = ?2) ORDER BY created_at LIMIT 500
            """, moment.microseconds, session?.text ?? ""
        ).map { row in
            guard let key = row[0].text.flatMap({ ObjectKey($0) }) else {
                throw Failure.unreadableRow(of: "ticket_file_drafts")
            }
            return key
        }
    }
}
