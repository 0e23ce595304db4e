import Lockstep
import LockstepSQL
import LockstepTesting

/// The crew's own tables, whose rows are written in the transactions of the moves.
package enum Rows {
    /// Makes the tables.
    package static func prepare(_ store: any SQLStore) async throws {
        try await store.write { transaction in
            try transaction.execute("CREATE TABLE IF NOT EXISTS crew_rows (tag TEXT NOT NULL)")
            try transaction.execute(
                "CREATE TABLE IF NOT EXISTS crew_deliveries (job TEXT NOT NULL, fence INTEGER NOT NULL)")
        }
    }

    /// A row with the tag of the call, beside every change that the history records.
    package static let beside: LoggedStore.Beside = { tag in
        { transaction in
            guard let sql = transaction as? any SQLTransaction else { return }
            try sql.execute("INSERT INTO crew_rows (tag) VALUES (?1)", tag)
        }
    }

    /// How many rows there are for each tag.
    package static func count(_ store: any SQLStore) async throws -> [String: Int] {
        let rows = try await store.read { try $0.query("SELECT tag, count(*) FROM crew_rows GROUP BY tag") }
        return Dictionary(
            uniqueKeysWithValues: rows.map { ($0[0].text ?? "", Int($0[1].integer ?? 0)) })
    }

    /// How many deliveries each job has.
    package static func deliveries(_ store: any SQLStore) async throws -> [JobID: Int] {
        let rows = try await store.read {
            try $0.query("SELECT job, count(*) FROM crew_deliveries GROUP BY job")
        }
        return Dictionary(
            uniqueKeysWithValues: rows.map { (JobID(stored: $0[0].text ?? ""), Int($0[1].integer ?? 0)) })
    }
}
