import Lockstep
import LockstepPostgres

/// One database for many stores, one after the other: emptying it is faster than making another.
package actor ReusedDatabase {
    private let database = Task { try await FreshDatabase() }
    private var plain: PlainConnection?
    private var store: PostgresStore?

    /// Makes one; the database is made for the first store.
    package init() {}

    /// A store on the database, in which there is nothing.
    /// - Parameter madeAnew: whether the tables are made anew in any case. Otherwise they stay, without any jobs,
    ///   as long as no definition was replaced.
    package func store(_ time: any TimeSource, madeAnew: Bool = false) async throws -> PostgresStore {
        await close()
        let database = try await database.value
        let plain = if let plain { plain } else { try await database.plain() }
        self.plain = plain
        try await empty(plain, madeAnew)
        let next = try await database.store(time, connections: 2)
        store = next
        return next
    }

    private func empty(_ plain: PlainConnection, _ madeAnew: Bool) async throws {
        let isMade =
            try await plain.value("SELECT to_regclass('lockstep.lockstep_replaced_definitions')") != nil
        let count = """
            SELECT (SELECT count(*) FROM lockstep.lockstep_replaced_definitions)
                + (SELECT count(*) FROM lockstep.lockstep_rollouts)
            """
        guard !madeAnew, isMade, try await plain.value(count) == "0" else {
            try await plain.execute("DROP SCHEMA IF EXISTS lockstep CASCADE")
            return
        }
        let tables = try await plain.rows(
            """
            SELECT tablename FROM pg_tables WHERE schemaname = 'lockstep'
                AND (tablename LIKE '%\\_jobs' OR tablename IN ('lockstep_workers', 'lockstep_pauses'))
            """)
        // Jobs take their histories along.
        for table in tables.compactMap(\.[0]) { try await plain.execute("DELETE FROM \(table)") }
    }

    /// Closes the last store.
    package func close() async {
        await store?.close()
        store = nil
    }
}
