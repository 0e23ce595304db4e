import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

/// The campaigns of the crew on PostgreSQL: processes that are stopped, killed, and end at crash points.
@Suite(.serialized) struct PostgresCrewTests {
    @Test(.timeLimit(.minutes(3))) func sixZombiesChangeNothing() async throws {
        try await CrewZombieTests.campaign(rounds: 6, on: FreshDatabase())
    }

    @Test(.timeLimit(.minutes(3))) func tenKillsBreakNoPromise() async throws {
        try await CrewKillTests.campaign(kills: 10, perField: 10, isServed: true)
    }

    @Test(.timeLimit(.minutes(3))) func eachPointOnceBreaksNoPromise() async throws {
        try await CrashPointTests.campaign(occasions: 1, isServed: true)
    }
}

/// A hundred zombies; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct PostgresZombieTortureTests {
    @Test(.timeLimit(.minutes(60))) func hundredZombiesChangeNothing() async throws {
        try await CrewZombieTests.campaign(rounds: 100, on: FreshDatabase())
    }
}

/// Some hundred kills; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct PostgresKillTortureTests {
    @Test(.timeLimit(.minutes(60))) func threeHundredKillsBreakNoPromise() async throws {
        try await CrewKillTests.campaign(kills: 300, perField: 50, isServed: true)
    }
}

/// Each point eight times; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct PostgresCrashPointTortureTests {
    @Test(.timeLimit(.minutes(60))) func eachPointEightTimesBreaksNoPromise() async throws {
        try await CrashPointTests.campaign(occasions: 8, isServed: true)
    }
}
