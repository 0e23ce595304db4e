import Lockstep
import LockstepSQL
import Synchronization

/// The lifecycles that are installed in the database, with their statements, and the pauses that hold, as this
/// process knows them.
///
/// What is decided by them is written under the guard of their revision: a definition that another process has
/// replaced meanwhile decides nothing, and no claim passes a pause.
final class PostgresCatalog: Sendable {
    /// A class: it is handed around for every job.
    final class Entry: Sendable {
        let definition: Definition
        let statements: PostgresStatements

        init(_ definition: Definition, in schema: String) {
            self.definition = definition
            statements = PostgresStatements(definition.name, in: schema)
        }
    }
    private struct State {
        var entries: [String: Entry] = [:]
        /// The statements on lifecycles whose definitions this version cannot read.
        var unread: [String: PostgresStatements] = [:]
        var revision: Int64 = -1
        var pauses = Pauses.none
    }

    /// The schema of all tables.
    let schema: String
    /// The migrations that this process knows.
    let known: [SchemaMigration]
    private let state = Mutex(State())

    /// Asks for the revision alone.
    let asking: PGStatement
    private let refreshing: PGStatement
    private let migrations: PGStatement

    init(schema: String, known: [SchemaMigration]) {
        self.schema = schema
        self.known = known
        migrations = AppliedMigration.statement(schema: schema)
        let revision = "(SELECT revision FROM \(schema).lockstep_state)"
        asking = PGStatement("SELECT revision FROM \(schema).lockstep_state")
        refreshing = PGStatement(
            """
            SELECT lifecycle, status, paused_at, by_kind, by_name, reason, NULL AS json, \(revision)
            FROM \(schema).lockstep_pauses
            UNION ALL SELECT NULL, name, NULL, NULL, NULL, NULL, json, \(revision)
            FROM \(schema).lockstep_definitions
            UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, \(revision)
            """)
    }

    /// The lifecycles, by name.
    var definitions: [Definition] { entries.map(\.definition) }

    /// Everything known, by name.
    var entries: [Entry] {
        state.withLock { $0.entries.values.sorted { $0.definition.name < $1.definition.name } }
    }

    /// The statements on lifecycles that this version cannot read: a newer process looks after their jobs.
    var unread: [PostgresStatements] { state.withLock { Array($0.unread.values) } }

    /// The revision of what is known.
    var revision: Int64 { state.withLock(\.revision) }

    /// The pauses, and the revision that they belong to.
    var pauses: (revision: Int64, pauses: Pauses) { state.withLock { ($0.revision, $0.pauses) } }

    /// The lifecycle as it is known; another process may have installed it since this one looked.
    func entry(_ lifecycle: String, _ connection: PGConnection) throws -> Entry {
        if let entry = state.withLock({ $0.entries[lifecycle] }) { return entry }
        try refresh(connection)
        guard let entry = state.withLock({ $0.entries[lifecycle] }) else {
            throw Refusal.unknownLifecycle(lifecycle, known: definitions.map(\.name))
        }
        return entry
    }

    /// The lifecycle if it was readable when the definitions were read last.
    func known(_ lifecycle: String) -> Entry? { state.withLock { $0.entries[lifecycle] } }

    /// The statements on a lifecycle, also of one that this version cannot read; `nil` when none is installed.
    func statements(_ lifecycle: String, _ connection: PGConnection) throws -> PostgresStatements? {
        func find() -> PostgresStatements? {
            state.withLock { $0.entries[lifecycle]?.statements ?? $0.unread[lifecycle] }
        }
        if let found = find() { return found }
        try refresh(connection)
        return find()
    }

    /// Reads the definitions anew. One that this version cannot read is left out: a newer process may have
    /// installed it, and the others must go on.
    /// - Throws: `SchemaRefusal` when another process has migrated the tables to a layout with which this one
    ///   cannot work.
    func refresh(_ connection: PGConnection) throws {
        // One statement, one snapshot: the definitions and pauses are those of the revision. A migration that comes
        // after it makes a new revision.
        let results = try connection.run([.init(refreshing), .init(migrations)])
        let rows = results[0]
        guard rows.count > 0 else { return }
        try SchemaLedger(
            known: known, applied: results[1].migrations(), place: "schema '\(schema)' of \(connection.place)"
        ).check()
        let pauses = Pauses(rows)
        var unread: [String] = []
        let found = (0..<rows.count).compactMap { row -> Definition? in
            guard let text = rows.optionalText(row, 6) else { return nil }
            do {
                return try JSONText.decode(Definition.self, from: text)
            } catch {
                unread.append(rows.text(row, 1))
                return nil
            }
        }
        let revision = rows.integer(0, 7)
        state.withLock { state in
            guard revision != state.revision else { return }
            let known = state.entries
            state.entries = Dictionary(
                found.map { definition in
                    // The texts of what did not change are not made again, nor prepared again.
                    let kept = known[definition.name].flatMap { $0.definition == definition ? $0 : nil }
                    return (definition.name, kept ?? Entry(definition, in: schema))
                }, uniquingKeysWith: { _, last in last })
            state.unread = Dictionary(
                unread.map { ($0, PostgresStatements($0, in: schema)) },
                uniquingKeysWith: { _, last in last })
            state.revision = revision
            state.pauses = pauses
        }
    }
}

/// A decision was made by a definition that another process has replaced; it was not written.
struct StaleCatalog: Error {}
