import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

/// The same seeded faults as in memory, in a store on PostgreSQL; and a database that was tampered with.
@Suite struct PostgresMutantTests {
    @Test(arguments: SeededFault.allCases)
    func isCaught(_ fault: SeededFault) async throws {
        let databases = ReusedDatabase()
        let caught = try await MutantStore.checksThatNotice(fault, atMost: 2) {
            try await databases.store($0)
        }
        await databases.close()
        print("mutant '\(fault.rawValue)' on PostgreSQL is caught by: \(caught.joined(separator: "; "))")
        #expect(!caught.isEmpty)
    }

    /// What somebody did to the tables.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: [String]

        init(_ words: String, _ statements: String...) {
            testDescription = words
            self.statements = statements
        }
    }

    static let tampering = [
        Tampering("keys are not unique", "DROP INDEX parcel_jobs_live_key"),
        Tampering(
            "starts are not recorded", "ALTER TABLE parcel_jobs DISABLE TRIGGER trg_parcel_recordstart"),
        Tampering("changes are not recorded", "ALTER TABLE parcel_jobs DISABLE TRIGGER trg_parcel_record"),
        Tampering(
            "changes are swallowed",
            "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "CREATE TRIGGER swallow BEFORE UPDATE ON parcel_jobs FOR EACH ROW EXECUTE FUNCTION swallow()"),
        Tampering(
            "delays are dropped",
            "CREATE FUNCTION hurry() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN new.available_at := 0; RETURN new; END'",
            "CREATE TRIGGER hurry BEFORE INSERT OR UPDATE ON parcel_jobs FOR EACH ROW EXECUTE FUNCTION hurry()"
        ),
        Tampering(
            "fences stay what they are",
            "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN new.fence := old.fence; RETURN new; END'",
            "CREATE TRIGGER stay BEFORE UPDATE ON parcel_jobs FOR EACH ROW EXECUTE FUNCTION stay()"),
    ]

    @Test(arguments: tampering)
    func tamperingIsCaught(_ tampering: Tampering) async throws {
        let databases = ReusedDatabase()
        let definition = try Definition(Parcel.self).audited()
        var caught: [String] = []
        for check in Conformance.checks where check.description != "a watcher sees the end" {
            if caught.count == 2 { break }
            do {
                try await check.run { time in
                    let store = try await databases.store(time, madeAnew: true)
                    try await store.install([definition])
                    try await store.write { sql in
                        try sql.execute("SET LOCAL search_path = lockstep")
                        for statement in tampering.statements { try sql.execute(statement) }
                    }
                    return store
                }
            } catch let error as SQLError where error.kind == .connection {
                throw error
            } catch {
                // Whatever a check runs into on such tables, it does not pass.
                caught.append(check.description)
            }
        }
        await databases.close()
        print("'\(tampering.testDescription)' is caught by: \(caught.joined(separator: "; "))")
        #expect(!caught.isEmpty)
    }
}
