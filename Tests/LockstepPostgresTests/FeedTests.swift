import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// The feed while transactions of others are open: nothing is missed, nothing is held up, and nothing is read twice.
@Suite struct FeedTests {
    /// A transaction that somebody has begun, and what he writes in it.
    private static func insert(_ count: Int, status: String = "announced") -> String {
        """
        INSERT INTO lockstep.parcel_jobs (id, status)
        SELECT '0197a000-0000-7000-8000-' || lpad((random() * 1e12)::bigint::text, 12, '0'), '\(status)'
        FROM generate_series(1, \(count))
        """
    }

    private static func all(
        _ store: PostgresStore, from start: FeedCursor, limit: Int = 100
    ) async throws -> (lines: [FeedEntry], end: FeedCursor) {
        var lines: [FeedEntry] = []
        var page = FeedPage(entries: [], horizon: start, hasMore: true)
        while page.hasMore {
            page = try await store.feed("parcel", from: page.horizon, limit: limit)
            lines += page.entries
        }
        return (lines, page.horizon)
    }

    @Test(arguments: [1, 7, 1000])
    func aLongTransactionHoldsNothingUpAndIsNotMissed(limit: Int) async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let start = try await store.feed("parcel", from: nil, limit: 1).horizon
        let open = try await database.plain()
        try await open.execute("BEGIN")
        try await open.execute(Self.insert(20))
        var place = start
        for round in 0..<5 {
            for _ in 0..<3 { _ = try await parcels.start([:], in: .announced) }
            let (lines, end) = try await Self.all(store, from: place, limit: limit)
            #expect(lines.count == 3, "round \(round)")
            place = end
        }
        try await open.execute("COMMIT")
        let (late, end) = try await Self.all(store, from: place, limit: limit)
        #expect(late.count == 20)
        #expect(try await Self.all(store, from: end).lines.isEmpty)
        #expect(try await Self.all(store, from: start, limit: limit).lines.count == 35)
    }

    /// Many write at once, some in transactions that end late or never; a reader reads on all the time.
    @Test func aReaderBesideManyWritersGetsEveryLineOnce() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        try await store.install([Definition(Parcel.self)])
        let start = try await store.feed("parcel", from: nil, limit: 1).horizon
        let isDone = Hint()
        let reader = Task { () -> [FeedEntry] in
            var (lines, place) = ([FeedEntry](), start)
            while true {
                let isLast = isDone.isSet
                let (more, end) = try await Self.all(store, from: place, limit: 5)
                lines += more
                place = end
                if isLast { return lines }
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<6 {
                group.addTask {
                    let connection = try await database.plain()
                    for round in 0..<25 {
                        try await connection.execute("BEGIN")
                        try await connection.execute(Self.insert(1 + round % 3))
                        if round % 4 == writer % 4 { try await connection.execute("SELECT pg_sleep(0.01)") }
                        try await connection.execute(round % 5 == 4 ? "ROLLBACK" : "COMMIT")
                    }
                }
            }
            try await group.waitForAll()
        }
        isDone.set(true)
        let seen = try await reader.value.map(\.entry.job)
        let there = try await store.read { try $0.query("SELECT id FROM lockstep.parcel_jobs") }
        #expect(seen.count == there.count)
        #expect(Set(seen.map(\.text)) == Set(there.compactMap { $0[0].text }))
    }

    @Test func aTransactionThatBeganEarlyAndWroteLateKeepsTheOrderOfAJob() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let start = try await store.feed("parcel", from: nil, limit: 1).horizon
        let early = try await database.plain()
        try await early.execute("BEGIN")
        try await early.execute(Self.insert(1))
        let id = try await parcels.start([:], in: .announced).id
        try await early.execute("UPDATE lockstep.parcel_jobs SET status = 'queued' WHERE id = '\(id)'")
        try await early.execute("COMMIT")
        let page = try await store.feed("parcel", from: start, limit: 10)
        #expect(page.entries.filter { $0.entry.job == id }.map(\.entry.number) == [1, 2])
        for line in page.entries.dropLast() {
            #expect(try await Self.all(store, from: line.cursor).lines.contains { $0.entry.number == 2 })
        }
        #expect(try await Self.all(store, from: page.horizon).lines.isEmpty)
    }

    @Test func placesHaveATextThatIsReadBack() throws {
        let few = try #require(FeedSnapshot(server: "100:105:101,103"))
        #expect(few.text == "105:101,103" && FeedSnapshot(few.text) == few)
        #expect(FeedSnapshot(server: "100:100:")?.text == "100")
        for text in ["", "x", "1:", "1:2:3", "1:a", "-"] { #expect(FeedSnapshot(text) == nil, "\(text)") }
        let many = FeedSnapshot(next: 1000, open: Array(100..<400))
        #expect(many.next == 164 && many.open.count == 64)
        let place = FeedPlace(
            seen: few, within: FeedPlace.Within(until: many, line: FeedPlace.Line(tx: 17, job: 4, number: 2)))
        #expect(FeedPlace(place.cursor.text) == place)
        #expect(FeedCursor(place.cursor.text) == place.cursor)
        for text in ["1/2", "1/2/3", "1/2/3.4", "1/2/3.4.5/6", "/", "1//1.1.1"] {
            #expect(FeedPlace(text) == nil, "\(text)")
        }
        // The longest, after a trillion transactions.
        let last = Int64(1) << 40
        let full = FeedSnapshot(next: last, open: Array(last - 64..<last))
        let within = FeedPlace.Within(until: full, line: FeedPlace.Line(tx: last, job: last, number: last))
        #expect(FeedPlace(seen: full, within: within).cursor.text.utf8.count < FeedCursor.longest)
    }

    /// What only a newer version has written into a history, and what nobody can read.
    @Test func oneUnreadableLineHidesNoOthers() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let (parcels, plain) = (try await Jobs<Parcel>(on: store), try await database.plain())
        let start = try await store.feed("parcel", from: nil, limit: 1).horizon
        let id = try await parcels.start([:], in: .queued).id
        try await parcels.fail(id, with: .userFixable("x"), by: .operator("op"))
        try await parcels.reopen(id, by: .operator("op"))
        try await parcels.cancel(id, by: .operator("op"))
        try await plain.execute("UPDATE parcel_history SET kind = 'newer' WHERE n = 3")
        try await plain.execute("UPDATE parcel_history SET failure = 'no JSON' WHERE n = 2")
        #expect(try await parcels.history(of: id).map(\.number) == [1, 2, 4])
        #expect(try await parcels.history(of: id)[1].failure?.code == "unreadable_failure")
        for limit in 1...5 {
            var numbers: [Int64] = []
            var page = FeedPage(entries: [], horizon: start, hasMore: true)
            while page.hasMore {
                page = try await store.feed("parcel", from: page.horizon, limit: limit)
                numbers += page.entries.map(\.entry.number)
            }
            #expect(numbers == [1, 2, 4], "by pages of \(limit)")
            #expect(try await store.feed("parcel", from: page.horizon, limit: limit).entries.isEmpty)
        }
    }
}
