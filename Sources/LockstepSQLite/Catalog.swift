import GRDB
import Lockstep
import LockstepSQL
import Synchronization

/// The lifecycles that are installed in the database, with their statements.
final class Catalog: Sendable {
    struct Entry: Sendable {
        let definition: Definition
        let statements: JobStatements
    }
    private let entries = Mutex<[String: Entry]>([:])

    var definitions: [Definition] {
        entries.withLock { $0.values.map(\.definition).sorted { $0.name < $1.name } }
    }

    /// The lifecycle as it is known to this process.
    func known(_ lifecycle: String) -> Entry? { entries.withLock { $0[lifecycle] } }

    /// The lifecycle as it is installed; another process may have installed it since this one looked.
    func entry(_ lifecycle: String, _ db: Database) throws -> Entry {
        if let entry = known(lifecycle) { return entry }
        try reload(db)
        guard let entry = known(lifecycle) else {
            throw Refusal.unknownLifecycle(lifecycle, known: definitions.map(\.name))
        }
        return entry
    }

    /// Reads all definitions anew.
    func reload(_ db: Database) throws {
        let texts = try String.fetchAll(db, sql: "SELECT json FROM lockstep_definitions ORDER BY name")
        let fresh = try texts.map { text in
            let definition = try JSONText.decode(Definition.self, from: text)
            return (
                definition.name, Entry(definition: definition, statements: JobStatements(definition.name))
            )
        }
        entries.withLock { $0 = Dictionary(fresh, uniquingKeysWith: { _, last in last }) }
    }
}
