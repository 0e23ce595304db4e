import Anomaly
import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import NIOHTTP1
import Testing

/// A worker is stopped (not killed) while it holds a claim, its job is taken over, and then it goes on as if
/// nothing had happened.
@Suite(.serialized) struct ZombieTests {
    @Test(.timeLimit(.minutes(3))) func threeZombiesChangeNothing() async throws {
        try await Self.campaign(rounds: 3)
    }

    static func campaign(rounds: Int) async throws {
        let data = NSTemporaryDirectory() + "lockstep-zombies-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: data) } catch { print("\(data) stays: \(error)") }
        }
        let server = try await Program.server(data: data)
        let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let caller = Caller(port: server.port, token: token)
        let store = try await SQLiteStore(path: data + "/lockstep.sqlite")
        let sessions = try await Jobs<AnomalySession>(on: store)
        var result = CampaignResult("zombies of the application", unit: "zombies")
        for round in 0..<rounds {
            try await oneZombie(data: data, round: round, caller, sessions)
        }
        await server.stop()
        result.rounds = rounds
        try result.record()
    }

    private static func oneZombie(
        data: String, round: Int, _ caller: Caller, _ sessions: Jobs<AnomalySession>
    ) async throws {
        let zombie = try Program.worker(data: data, name: "zombie")
        let uploaded = try await caller.upload(Caller.table(rows: 20_000, seed: round))
        let dataset = try #require(uploaded.body["id"])
        let started = try await caller.call(.POST, "/api/anomaly/datasets/\(dataset)/analyze")
        let id = try #require(started.body["session_id"].flatMap { JobID($0) })
        for try await job in sessions.watch(id) where job.record.claimedBy != nil { break }
        try zombie.pauseOutsideACommit(of: data + "/lockstep.sqlite")

        let heir = try Program.worker(data: data, name: "heir")
        for try await _ in sessions.watch(id) {}
        let ended = try #require(try await sessions.find(id))
        let history = try await sessions.history(of: id)
        guard let lost = history.firstIndex(where: { $0.kind == .lost }) else {
            // The zombie was quick enough to finish before it was stopped: nothing was shown in this round.
            print("zombie \(round): it had finished before it was stopped")
            await heir.stop()
            zombie.resume()
            await zombie.stop()
            return
        }
        #expect(ended.status == AnomalySession.completed)
        zombie.resume()
        // It stops in its own way, after it has tried to write whatever it still had.
        await zombie.stop()
        await heir.stop()
        #expect(try await sessions.history(of: id) == history)
        #expect(try await sessions.find(id) == ended)
        #expect(history[lost...].dropFirst().allSatisfy { $0.actor.name?.hasPrefix("heir") ?? true })
    }
}

/// Twenty of them; only `make torture` has the time. Two hundred with every kind of late write are CrewZombieTests.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct ZombieTortureTests {
    @Test(.timeLimit(.minutes(60))) func twentyZombiesChangeNothing() async throws {
        try await ZombieTests.campaign(rounds: 20)
    }
}
