import Lockstep
import LockstepTesting
import Testing

@testable import LockstepPush

/// Which work a delivery is, however often it was tried.
@Suite struct PushRoundTests {
    @Test func theWorkIsTheSameAfterAnyNumberOfClaims() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        let id = try await parcels.start([:], in: .queued).id
        let worker = WorkerID("w")
        var beat = Heartbeat(
            worker: worker, lease: .seconds(3600), statuses: ["parcel": ["packing"]], host: "test")
        beat.isFirst = true
        _ = try await store.beat(beat)
        func round(_ record: JobRecord, pages: ClosedRange<Int>) async throws -> Int64 {
            var read = 0
            let round = try await PushMessage.round(of: record) { after, limit in
                read += 1
                #expect(limit <= 50)
                return try await store.history(of: id, in: "parcel", after: after, limit: limit)
            }
            #expect(pages.contains(read))
            return round
        }
        let request = ClaimRequest(worker: worker, statuses: beat.statuses, limit: 1)
        for _ in 0..<100 {
            let record = try #require(try await store.claim(request).first)
            // It came to packing by the line behind its start.
            #expect(try await round(record, pages: 1...5) == 2)
            var command = Command(.yield, job: id, of: "parcel", by: .worker(worker.text))
            command.claim = Claim(worker: worker, fence: record.fence)
            _ = try await store.apply([command])[0].get()
        }
        #expect(try await parcels.history(of: id).count > 150)
        // A person who moves it makes it another one, and what was before is not read again.
        try await parcels.move(id, to: .lost, by: .operator("op"))
        try await parcels.reopen(id, by: .operator("op"))
        let again = try #require(try await store.claim(request).first)
        #expect(try await round(again, pages: 1...1) == again.version)
    }
}
