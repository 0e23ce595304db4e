import Dispatch
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// What a reader that holds one snapshot for long does to the write-ahead log.
@Suite struct LongReadTests {
    @Test func theLogGrowsOnlyWhileTheSnapshotIsHeld() async throws {
        let scratch = try Scratch()
        let store = try await SQLiteStore(path: scratch.database)
        let parcels = try await Jobs<Parcel>(on: store)
        let (holding, tell) = AsyncStream<Void>.makeStream()
        let end = DispatchSemaphore(value: 0)
        let reading = Task {
            try await store.read { reading in
                // A snapshot begins with the first read; the thread that waits is the reader's own.
                let before = try reading.query("SELECT count(*) FROM parcel_jobs")
                tell.yield()
                end.wait()
                #expect(try reading.query("SELECT count(*) FROM parcel_jobs") == before)
            }
        }
        for await _ in holding { break }
        // Far more pages than the thousand after which SQLite begins the log anew when it may.
        try await Self.write(1500, parcels)
        let held = try Self.size(scratch)
        #expect(held > 8 << 20, "the log has only \(held) bytes; it was begun anew under a reader")
        end.signal()
        try await reading.value
        // The same again fits into what is there: the log is written from its beginning.
        try await Self.write(1500, parcels)
        let after = try Self.size(scratch)
        #expect(after <= held + 8 << 20, "the log grew from \(held) to \(after) bytes without a reader")
        print("WAL of 1500 starts under one snapshot: \(held) bytes; after 1500 more without it: \(after)")
    }

    /// Commits one start after the other.
    private static func write(_ count: Int, _ parcels: Jobs<Parcel>) async throws {
        for _ in 0..<count { _ = try await parcels.start([:], in: .queued) }
    }

    private static func size(_ scratch: Scratch) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: scratch.database + "-wal")
        return try #require(attributes[.size] as? Int)
    }
}
