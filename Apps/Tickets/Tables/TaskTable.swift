import Lockstep
import LockstepSQL
import LockstepServer
import TicketDrafting
import TicketExport

/// How far the work on a session is: its row of `ticket_tasks`.
struct TicketTask: Hashable, Sendable {
    /// How many tickets are drafted, or in Jira.
    var done = 0
    /// How many there will be.
    var wanted = 0
    /// The export, once it was approved.
    var plan: ExportPlan?
}

/// Whether a session's tickets can be sent: its row of `ticket_validations`.
struct TicketValidation: Hashable, Sendable {
    /// What is wrong, with the ticket in front; empty when nothing is.
    var faults: [String]
    /// When it was looked at.
    var checkedAt: Timestamp
}

/// Something that went wrong in a session.
struct TicketError: Hashable, Sendable {
    /// When.
    var at: Timestamp
    /// Who can do something about it.
    var audience: Failure.Audience
    /// Its code.
    var code: String
    /// What it was.
    var message: String
}

/// Reads and writes what stands beside a session, a row each: `ticket_tasks`, `ticket_validations`, `ticket_errors`.
enum TaskTable {
    /// How far the work on a session is; `nil` before any.
    static func task(of session: JobID, in database: any SQLReading) throws -> TicketTask? {
        let rows = try database.query(
            "SELECT done, wanted, plan FROM ticket_tasks WHERE session_id = ?1", session.text)
        return try rows.first.map { row in
            guard let done = row[0].integer, let wanted = row[1].integer else {
                throw Failure.unreadableRow(of: "ticket_tasks")
            }
            return TicketTask(
                done: Int(done), wanted: Int(wanted),
                plan: try row[2].text.map { try JSONText.decode(ExportPlan.self, from: $0) })
        }
    }

    /// Writes how far the work is.
    static func set(
        _ task: TicketTask, of session: JobID, at now: Timestamp, in transaction: any SQLTransaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO ticket_tasks (session_id, done, wanted, plan, updated_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (session_id) DO UPDATE SET done = excluded.done, wanted = excluded.wanted,
                plan = excluded.plan, updated_at = excluded.updated_at
            """, session.text, task.done, task.wanted, try task.plan.map { try JSONText.encode($0) },
            now.microseconds)
    }

    /// What was found wrong with a session's tickets; `nil` before they were looked at.
    static func validation(of session: JobID, in database: any SQLReading) throws -> TicketValidation? {
        let rows = try database.query(
            "SELECT faults, checked_at FROM ticket_validations WHERE session_id = ?1", session.text)
        return try rows.first.map { row in
            guard let text = row[0].text, let at = row[1].integer else {
                throw Failure.unreadableRow(of: "ticket_validations")
            }
            return TicketValidation(
                faults: try JSONText.decode([String].self, from: text), checkedAt: Timestamp(microseconds: at)
            )
        }
    }

    /// Looks at a session's tickets and writes what was found.
    /// - Returns: what is wrong with those that are approved.
    @discardableResult
    static func validate(
        _ session: JobID, at now: Timestamp, in transaction: any SQLTransaction
    ) throws -> [String] {
        let tickets = try TicketTable.list(of: session, in: transaction)
        let faults = tickets.filter(\.isApproved).flatMap { ticket in
            ticket.draft.faults.map { "Ticket \(ticket.place), \($0)" }
        }
        try transaction.execute(
            """
            INSERT INTO ticket_validations (session_id, faults, checked_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (session_id) DO UPDATE SET faults = excluded.faults, checked_at = excluded.checked_at
            """, session.text, try JSONText.encode(Array(faults.prefix(100))), now.microseconds)
        return faults
    }

    /// The last errors of a session, the newest first.
    static func errors(of session: JobID, limit: Int, in database: any SQLReading) throws -> [TicketError] {
        try database.query(
            "SELECT at, audience, code, message FROM ticket_errors WHERE session_id = ?1 ORDER BY at DESC LIMIT ?2",
            session.text, limit
        ).map { row in
            guard let at = row[0].integer, let audience = row[1].text.flatMap(Failure.Audience.init),
                let code = row[2].text, let message = row[3].text
            else { throw Failure.unreadableRow(of: "ticket_errors") }
            return TicketError(
                at: Timestamp(microseconds: at), audience: audience, code: code, message: message)
        }
    }

    /// Writes an error down.
    static func insert(_ error: TicketError, of session: JobID, in transaction: any SQLTransaction) throws {
        try transaction.execute(
            "INSERT INTO ticket_errors (session_id, at, audience, code, message) VALUES (?1, ?2, ?3, ?4, ?5)",
            session.text, error.at.microseconds, error.audience.rawValue, error.code, error.message)
    }
}
