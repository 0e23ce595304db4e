import GRDB
import Lockstep
import LockstepSQL
import Synchronization

/// The lifecycles that are installed in the database, with their statements.
final class Catalog: Sendable {
    /// A class: it is handed around for every job, and a copy of all its texts would be counted each time.
    final class Entry: Sendable {
        let definition: Definition
        let statements: JobStatements

        init(_ definition: Definition) {
            self.definition = definition
            statements = JobStatements(definition.name)
        }
    }
    private struct State {
        var entries: [String: Entry] = [:]
        /// The statements on lifecycles whose definitions this version cannot read.
        var unread: [String: JobStatements] = [:]
        var stamp: String?
        var pauses = Pauses.none
    }
    private let state = Mutex(State())
    /// The migrations that this process knows.
    let known: [SchemaMigration]
    /// The file, for people.
    private let place: String

    init(known: [SchemaMigration], place: String) {
        self.known = known
        self.place = place
    }

    var definitions: [Definition] {
        state.withLock { $0.entries.values.map(\.definition).sorted { $0.name < $1.name } }
    }

    /// The pauses, for the writing connection alone: as they were when its transaction began, or as that
    /// transaction has changed them since.
    var pauses: Pauses {
        get { state.withLock(\.pauses) }
        set { state.withLock { $0.pauses = newValue } }
    }

    /// The lifecycle as it is known to this process.
    func known(_ lifecycle: String) -> Entry? { state.withLock { $0.entries[lifecycle] } }

    /// The names of all lifecycles, also of those that this version cannot read.
    var names: [String] { state.withLock { Array($0.entries.keys) + Array($0.unread.keys) } }

    /// The statements on lifecycles that this version cannot read: a newer process looks after their jobs.
    var unread: [JobStatements] { state.withLock { Array($0.unread.values) } }

    /// The lifecycle, if it is installed and this version can read it.
    func readable(_ lifecycle: String, _ db: Database) throws -> Entry? {
        if let entry = known(lifecycle) { return entry }
        try refresh(db)
        return known(lifecycle)
    }

    /// The statements on a lifecycle, also of one that this version cannot read; `nil` when none is installed.
    func statements(_ lifecycle: String, _ db: Database) throws -> JobStatements? {
        if let entry = try readable(lifecycle, db) { return entry.statements }
        return state.withLock { $0.unread[lifecycle] }
    }

    /// The lifecycle as it is installed; another process may have installed it since this one looked.
    func entry(_ lifecycle: String, _ db: Database) throws -> Entry {
        if let entry = known(lifecycle) { return entry }
        try refresh(db)
        guard let entry = known(lifecycle) else {
            throw Refusal.unknownLifecycle(lifecycle, known: definitions.map(\.name))
        }
        return entry
    }

    /// Reads the definitions anew when they are others than this process knows: another process may have
    /// changed them, or a transaction that had changed them may have failed.
    /// - Throws: `SchemaRefusal` when another process has migrated the tables to a layout with which this one
    ///   cannot work.
    func refresh(_ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT count(*) || ' ' || coalesce(max(revision), 0) || ' '
                    || (SELECT coalesce(max(number), 0) FROM lockstep_migrations)
                FROM lockstep_definitions
                """)
        let stamp = try String.fetchOne(statement)
        guard state.withLock({ $0.stamp != stamp }) else { return }
        try SQLiteMigrator(db: db, known: known, place: place).ledger().check()
        let fresh = try Self.read(db)
        let entries = fresh.compactMap { name, definition in definition.map { (name, Entry($0)) } }
        let unread = fresh.compactMap { name, definition in
            definition == nil ? (name, JobStatements(name)) : nil
        }
        state.withLock {
            $0.entries = Dictionary(entries, uniquingKeysWith: { _, last in last })
            $0.unread = Dictionary(unread, uniquingKeysWith: { _, last in last })
            $0.stamp = stamp
        }
    }

    /// What a writing transaction begins with: ``refresh(_:)``, and the pauses. Before the store's own tables
    /// were made there is nothing to read.
    func refreshIfPrepared(_ db: Database) throws {
        guard state.withLock({ $0.stamp != nil }) else { return }
        try refresh(db)
        let present = try Pauses.read(db)
        if pauses != present { pauses = present }
    }

    /// The lifecycles in the database. One that this version cannot read has no definition here: a newer process may
    /// have installed it, and the others must go on.
    static func read(_ db: Database) throws -> [(name: String, definition: Definition?)] {
        let rows = try Row.fetchAll(db, sql: "SELECT name, json FROM lockstep_definitions ORDER BY name")
        return rows.map { row in
            do {
                return (row[0], try JSONText.decode(Definition.self, from: row[1]))
            } catch {
                return (row[0], nil)
            }
        }
    }
}
