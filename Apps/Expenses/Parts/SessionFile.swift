import ExpenseStatements
import Lockstep
import LockstepSQL
import LockstepServer

/// A file of a session.
struct SessionFile: Hashable, Sendable {
    /// How far it is.
    enum Phase: String, Sendable, Codable {
        /// Nobody has looked into it.
        case waiting
        /// It is being read.
        case reading
        /// What it says is known.
        case read
        /// It cannot be read; the session says why.
        case refused
    }

    /// Its place among the session's files, from 1.
    var place: Int
    /// The name of the uploaded file, for people; never part of a path.
    var filename: String
    /// Its bytes.
    var size: Int64
    /// Its SHA-256 in hexadecimal.
    var sha256: String
    var phase = Phase.waiting
    /// How many pages it has, once it was read.
    var pages: Int?
    /// How many transactions it lists, once it was read.
    var transactions: Int?

    /// Its name in the session's folder.
    var name: String { Self.name(at: place) }

    /// The name of the file at a place.
    static func name(at place: Int) -> String { "\(place).pdf" }
}

extension SessionFile {
    static let columns = "place, filename, size, sha256, phase, pages, transactions"

    /// Reads a row of ``columns``.
    init(_ row: SQLRow) throws {
        guard let place = row[0].integer, let filename = row[1].text, let size = row[2].integer,
            let sha256 = row[3].text, let phase = row[4].text.flatMap(Phase.init)
        else { throw Failure.unreadableRow(of: "expense_files") }
        self.init(
            place: Int(place), filename: filename, size: size, sha256: sha256, phase: phase,
            pages: row[5].integer.map { Int($0) }, transactions: row[6].integer.map { Int($0) })
    }
}
