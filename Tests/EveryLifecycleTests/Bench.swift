import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// A store with the journeys on it, and what must hold.
struct Bench: Sendable {
    let store: any Store
    let journeys: Journeys
    let check: MoveCheck
    /// Where the database is, when there is one; it goes with the bench.
    let scratch: Scratch?
    let database: FreshDatabase?

    /// - Parameter used: the definition that the store is given, when it is not the declared one.
    private init(
        _ listed: Listed, on store: any Store, _ time: TestTime, using used: Definition? = nil,
        in scratch: Scratch? = nil, from database: FreshDatabase? = nil
    ) {
        self.store = store
        self.scratch = scratch
        self.database = database
        journeys = Journeys(
            on: store, time: time, definition: used ?? listed.definition, input: listed.input)
        check = MoveCheck(listed.definition, journeys)
    }

    static func inMemory(_ listed: Listed, using used: Definition? = nil) -> Bench {
        let time = TestTime()
        return Bench(listed, on: MemoryStore(time: time), time, using: used)
    }

    static func onSQLite(_ listed: Listed) async throws -> Bench {
        let scratch = try Scratch()
        let time = TestTime()
        let store = try await SQLiteStore(path: scratch.database, time: time)
        return Bench(listed, on: store, time, in: scratch)
    }

    static func onPostgres(_ listed: Listed) async throws -> Bench {
        let database = try await FreshDatabase()
        let time = TestTime()
        return Bench(listed, on: try await database.store(time), time, from: database)
    }

    /// One on each kind of store.
    static func onEvery(_ listed: Listed) async throws -> [Bench] {
        [inMemory(listed), try await onSQLite(listed), try await onPostgres(listed)]
    }
}

/// A folder that is removed when the test lets go of it.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "lockstep-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("the folder of a test could not be removed: \(error)")
        }
    }

    var database: String { folder + "/lockstep.sqlite" }
}

/// Cells that disagree, each as an issue of its own.
func expectNone(_ mismatches: [MoveMismatch], _ location: SourceLocation = #_sourceLocation) {
    for mismatch in mismatches { Issue.record("\(mismatch)", sourceLocation: location) }
}
