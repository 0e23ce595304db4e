import Lockstep
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import LockstepPostgres

/// The database's clock, seen from here.
@Suite struct DatabaseTimeTests {
    /// This machine's counting clock, moved by the test.
    private final class Counting: Sendable {
        private let now = Mutex(ContinuousClock.now)
        var moment: ContinuousClock.Instant { now.withLock(\.self) }
        func advance(_ duration: Duration) { now.withLock { $0 += duration } }
    }

    private let counting = Counting()
    private let before = TestTime(Timestamp(microseconds: 7))
    private let time: DatabaseTime

    init() { time = DatabaseTime(moment: { [counting] in counting.moment }, before: before) }

    /// A sample with this round trip, in the middle of which the database's clock showed `microseconds`.
    private func sample(_ microseconds: Int64, roundTrip: Duration) {
        let sent = counting.moment
        counting.advance(roundTrip)
        time.sample(microseconds, sentAt: sent, receivedAt: counting.moment)
    }

    @Test func beforeTheFirstSampleItShowsTheOtherClock() {
        #expect(time.now().microseconds == 7)
    }

    @Test func itCountsOnFromTheMiddleOfTheRoundTrip() {
        sample(1_000_000, roundTrip: .microseconds(200))
        #expect(time.now().microseconds == 1_000_100)
        counting.advance(.seconds(3))
        #expect(time.now().microseconds == 4_000_100)
    }

    @Test func itAsksAgainWhenItsSampleIsOld() {
        #expect(time.isDue)
        sample(1_000_000, roundTrip: .microseconds(200))
        #expect(!time.isDue)
        counting.advance(.seconds(9))
        #expect(!time.isDue)
        counting.advance(.seconds(2))
        #expect(time.isDue)
    }

    /// A store that only starts jobs dates them by the database's clock.
    @Test func aStoreGoesByTheDatabase() async throws {
        let database = try await FreshDatabase()
        let store = try await database.store()
        let parcels = try await Jobs<Parcel>(on: store)
        let plain = try await database.plain()
        let text = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint::text"
        let first = try await plain.rows(text).first?.first.flatMap(\.self).flatMap(Int64.init) ?? .max
        let started = try await parcels.start([:], in: .queued)
        let last = try await plain.rows(text).first?.first.flatMap(\.self).flatMap(Int64.init) ?? .min
        let created = started.job.record.createdAt.microseconds
        #expect((first - 50_000...last + 50_000).contains(created))
        #expect(store.time is DatabaseTime)
    }

    @Test func theShorterRoundTripIsKept() {
        sample(1_000_000, roundTrip: .microseconds(200))
        // 100 µs later than it should be, but it may be wrong by 500.
        sample(1_000_000 + 100 + 500 + 100, roundTrip: .microseconds(1000))
        #expect(time.now().microseconds == 1_001_100)
        // A better one is taken.
        sample(1_001_100 + 50 + 30, roundTrip: .microseconds(100))
        #expect(time.now().microseconds == 1_001_100 + 100 + 30)
    }

    @Test func anOldSampleGivesWay() {
        sample(0, roundTrip: .microseconds(100))
        counting.advance(.seconds(9))
        sample(9_000_150 + 200, roundTrip: .microseconds(1000))
        #expect(time.now().microseconds == 9_001_050)
        counting.advance(.seconds(2))
        sample(11_001_550 + 200, roundTrip: .microseconds(1000))
        #expect(time.now().microseconds == 11_002_050 + 200)
    }

    @Test(arguments: [-3_600_000_000, 3_600_000_000] as [Int64])
    func aContradictionWins(_ jump: Int64) {
        sample(10_000_000_000, roundTrip: .microseconds(100))
        // The database's clock was set, or another server answers.
        sample(10_000_000_050 + 5000 + jump, roundTrip: .microseconds(10_000))
        #expect(time.now().microseconds == 10_000_010_050 + jump)
    }

    @Test func itSleepsUntilTheDatabasesTime() async throws {
        let time = DatabaseTime()
        let now = ContinuousClock.now
        time.sample(1_000_000, sentAt: now, receivedAt: now)
        try await time.sleep(until: Timestamp(microseconds: 1_000_000))
        try await time.sleep(until: Timestamp(microseconds: 1_020_000))
        #expect(time.now().microseconds >= 1_020_000)
        let sleeping = Task { try await time.sleep(until: Timestamp(microseconds: .max / 2)) }
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
    }

    @Test func theServersClockCanBeSampled() async throws {
        let time = DatabaseTime(before: before)
        let (shown, local) = try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let sent = ContinuousClock.now
                let result = try connection.run(
                    PGStatement("SELECT (extract(epoch from clock_timestamp())*1000000)::bigint"))
                time.sample(result.integer(0, 0), sentAt: sent, receivedAt: .now)
                return (time.now(), SystemTime().now())
            }
        }
        // The tests' server runs on this machine.
        #expect(abs((shown - local).inMicroseconds) < 5_000_000)
    }
}
