import Lockstep
import LockstepSQL
import LockstepServer
import TicketDrafting

/// A ticket of a session, as its row of `tickets` knows it.
struct Ticket: Hashable, Sendable {
    /// Its id, a UUID; it tells the ticket in Jira.
    var id: JobID
    /// Whose it is.
    var session: JobID
    /// Its place in the session's list.
    var place: Int
    /// What it says.
    var draft: TicketDraft
    /// Whether it is to be exported.
    var isApproved = true
    /// How often it was changed; one that was just drafted has 1.
    var revision = 1
    /// Its key in Jira, once it is there.
    var jiraKey: String?
    /// Where it is in Jira.
    var jiraURL: String?
    /// Why Jira refused it.
    var refusal: String?
}

/// Reads and writes `tickets`.
enum TicketTable {
    private static let columns =
        "id, session_id, place, draft, approved, revision, jira_key, jira_url, refusal"

    /// A session's tickets, in their order.
    static func list(of session: JobID, in database: any SQLReading) throws -> [Ticket] {
        try database.query(
            "SELECT \(columns) FROM tickets WHERE session_id = ?1 ORDER BY place", session.text
        )
        .map(ticket)
    }

    /// One ticket; `nil` when there is none.
    static func find(_ id: JobID, in database: any SQLReading) throws -> Ticket? {
        try database.query("SELECT \(columns) FROM tickets WHERE id = ?1", id.text).first.map(ticket)
    }

    private static func ticket(_ row: SQLRow) throws -> Ticket {
        guard let id = row[0].text, let session = row[1].text, let place = row[2].integer,
            let text = row[3].text, let approved = row[4].integer, let revision = row[5].integer
        else { throw Failure.unreadableRow(of: "tickets") }
        return Ticket(
            id: JobID(stored: id), session: JobID(stored: session), place: Int(place),
            draft: try JSONText.decode(TicketDraft.self, from: text), isApproved: approved != 0,
            revision: Int(revision), jiraKey: row[6].text, jiraURL: row[7].text, refusal: row[8].text)
    }

    /// Adds a ticket that was drafted. One about the same thing is replaced.
    static func insert(_ ticket: Ticket, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "DELETE FROM tickets WHERE session_id = ?1 AND subject = ?2", ticket.session.text,
            ticket.draft.subject.description)
        try transaction.execute(
            """
            INSERT INTO tickets (id, session_id, place, subject, draft, approved, revision)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """, ticket.id.text, ticket.session.text, ticket.place, ticket.draft.subject.description,
            try JSONText.encode(ticket.draft), ticket.isApproved, ticket.revision)
    }

    /// Writes what people have made of a ticket. What Jira said of it before no longer counts.
    static func update(_ ticket: Ticket, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "UPDATE tickets SET draft = ?1, approved = ?2, revision = ?3, refusal = NULL WHERE id = ?4",
            try JSONText.encode(ticket.draft), ticket.isApproved, ticket.revision, ticket.id.text)
    }

    /// Writes what has become of a ticket in Jira.
    static func export(
        _ id: JobID, key: String?, url: String?, refusal: String?, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            "UPDATE tickets SET jira_key = ?1, jira_url = ?2, refusal = ?3 WHERE id = ?4", key, url, refusal,
            id.text)
    }

    /// Takes all tickets of a session away: they are about files that are not its files any more.
    static func clear(_ session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute("DELETE FROM tickets WHERE session_id = ?1", session.text)
    }
}
