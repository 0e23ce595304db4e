import Anomaly
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import NIOHTTP1
import Testing

/// Servers that end at a named crash point in the middle of a request; what they had acknowledged must be there.
@Suite(.serialized) struct ServerCrashTests {
    @Test(.timeLimit(.minutes(3))) func eachPointOnceLosesNothing() async throws {
        try await Self.campaign(occasions: 1)
    }

    static func campaign(occasions: Int) async throws {
        var random = SeededGenerator(seed: testSeed("server crash points"))
        var result = CampaignResult("servers ended at named crash points", unit: "crashes")
        let data = NSTemporaryDirectory() + "lockstep-crashes-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: data) } catch { print("\(data) stays: \(error)") }
        }
        // The first one makes the database and the token, so that the others come as far as requests.
        await (try await Program.server(data: data)).stop()
        let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        var (sessions, datasets, beforeListening): (Set<String>, Set<String>, Int) = ([], [], 0)
        for occasion in 0..<occasions {
            for point in ["transaction.before", "commit.before", "commit.after", "acknowledge.before"] {
                let count = Int.random(in: 6...18, using: &random)
                result.rounds += 1
                do {
                    let server = try await Program.server(data: data, crashAt: "\(point):\(count)")
                    let caller = Caller(port: server.port, token: token)
                    let seed = occasion * 100 + count
                    await load(caller, seed, &datasets, &sessions)
                    #expect(await server.wasKilled(), "the server was to end at \(point)")
                } catch is Program.NoPort {
                    // It came to the point before it listened.
                    beforeListening += 1
                }
            }
        }
        let server = try await Program.server(data: data, withWorker: true)
        let store = try await SQLiteStore(path: data + "/lockstep.sqlite")
        let jobs = try await Jobs<AnomalySession>(on: store)
        for session in sessions {
            let id = try #require(JobID(session))
            #expect(try await jobs.find(id) != nil, "the acknowledged session \(session) is lost")
        }
        let rows = try await store.read { try $0.query("SELECT id FROM anomaly_datasets") }
        #expect(Set(rows.compactMap { $0[0].text }).isSuperset(of: datasets))
        for job in try await jobs.find(where: { $0.limit = .max }) {
            for try await _ in jobs.watch(job.id) {}
            let history = try await jobs.history(of: job.id)
            #expect(history.map(\.number) == Array(1...Int64(history.count)))
        }
        #expect(try await store.read { try $0.query("PRAGMA integrity_check") }.first?[0].text == "ok")
        await server.stop()
        result.details =
            "4 points; \(sessions.count) sessions and \(datasets.count) datasets acknowledged; "
            + "\(beforeListening) ended before they listened"
        try result.record()
    }

    /// Uploads and analyses until nobody answers any more.
    private static func load(
        _ caller: Caller, _ seed: Int, _ datasets: inout Set<String>, _ sessions: inout Set<String>
    ) async {
        for number in 0..<100 {
            do {
                let uploaded = try await caller.upload(Caller.table(rows: 60, seed: seed + number))
                guard uploaded.status == 201, let dataset = uploaded.body["id"] else { continue }
                datasets.insert(dataset)
                let path = "/api/anomaly/datasets/\(dataset)/analyze"
                let started = try await caller.call(.POST, path)
                if started.status < 300, let session = started.body["session_id"] { sessions.insert(session) }
            } catch {
                // The connection broke off: what became of the call is unknown.
                return
            }
        }
    }
}

/// Each point twenty-five times; only `make torture` has the time.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct ServerCrashTortureTests {
    @Test(.timeLimit(.minutes(30))) func aHundredCrashesLoseNothing() async throws {
        try await ServerCrashTests.campaign(occasions: 25)
    }
}
