import Anomaly
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

/// Servers and workers are killed under a running load; afterwards the histories are held against what the
/// clients were told.
@Suite(.serialized) struct KillTests {
    /// What the clients were told, and who is to be called.
    final class Log: Sendable {
        struct State {
            var sessions: [String: String] = [:]
            var datasets: Set<String> = []
            var unknown = 0
            var isOver = false
        }
        let state = Mutex(State())
        let acknowledged: AsyncStream<Void>
        private let tell: AsyncStream<Void>.Continuation

        init() {
            (acknowledged, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1000))
        }

        func note(dataset: String) {
            state.withLock { _ = $0.datasets.insert(dataset) }
            tell.yield()
        }
        func note(session: String, of dataset: String) {
            state.withLock { $0.sessions[session] = dataset }
            tell.yield()
        }
        func noteUnknown() { state.withLock { $0.unknown += 1 } }
        var isOver: Bool { state.withLock(\.isOver) }
    }

    /// The processes; a killed one is replaced.
    final class Crew: Sendable {
        enum Seat: String, CaseIterable { case server, anna, ben }
        private struct State {
            var seats: [Seat: Program] = [:]
            var waiting: [CheckedContinuation<Int, Never>] = []
        }
        let data: String
        private let state = Mutex(State())

        init(data: String) { self.data = data }

        func fill(_ seat: Seat) async throws {
            let program =
                seat == .server
                ? try await Program.server(data: data)
                : try Program.worker(data: data, name: seat.rawValue)
            let waiting = state.withLock { state in
                state.seats[seat] = program
                defer { if seat == .server { state.waiting = [] } }
                return seat == .server ? state.waiting : []
            }
            for client in waiting { client.resume(returning: program.port) }
        }

        func program(_ seat: Seat) -> Program? { state.withLock { $0.seats[seat] } }

        func kill(_ seat: Seat) async { await state.withLock { $0.seats.removeValue(forKey: seat) }?.kill() }

        /// The server's port, once there is a server.
        func port() async -> Int {
            await withCheckedContinuation { continuation in
                let port = state.withLock { state -> Int? in
                    if let server = state.seats[.server] { return server.port }
                    state.waiting.append(continuation)
                    return nil
                }
                if let port { continuation.resume(returning: port) }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func twentyKillsLoseNothing() async throws {
        try await Self.campaign(kills: 20)
    }

    static func campaign(kills count: Int) async throws {
        var random = SeededGenerator(seed: testSeed("kill campaign"))
        var result = CampaignResult("servers and workers killed under HTTP load", unit: "kills")
        let data = NSTemporaryDirectory() + "lockstep-kills-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(atPath: data) } catch { print("\(data) stays: \(error)") }
        }

        let crew = Crew(data: data)
        for seat in Crew.Seat.allCases { try await crew.fill(seat) }
        let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let log = Log()
        let clients = (0..<3).map { client in
            Task { await Self.load(client, crew: crew, token: token, log: log) }
        }
        var told = log.acknowledged.makeAsyncIterator()
        var kills: [Crew.Seat: Int] = [:]
        for _ in 0..<count {
            // A random moment of the load: after so many acknowledgements.
            for _ in 0..<Int.random(in: 2...6, using: &random) { await told.next() }
            let seat = Crew.Seat.allCases.randomElement(using: &random) ?? .server
            await crew.kill(seat)
            kills[seat, default: 0] += 1
            try await crew.fill(seat)
        }
        log.state.withLock { $0.isOver = true }
        for client in clients { await client.value }
        let state = log.state.withLock { $0 }
        let ended = try await Self.check(data: data, state, kills: count)
        for seat in Crew.Seat.allCases { await crew.program(seat)?.stop() }
        result.rounds = count
        let servers = kills[.server, default: 0]
        result.details =
            "\(servers) servers, \(count - servers) workers; \(state.sessions.count) sessions acknowledged, "
            + "\(state.unknown) calls without an answer; \(ended)"
        try result.record()
    }

    /// One client: uploads and analyses until it is over; what got no answer is unknown, not failed.
    private static func load(_ client: Int, crew: Crew, token: String, log: Log) async {
        var round = 0
        while !log.isOver {
            round += 1
            let caller = Caller(port: await crew.port(), token: token)
            do {
                let uploaded = try await caller.upload(Caller.table(rows: 4000, seed: client * 1000 + round))
                guard uploaded.status == 201, let dataset = uploaded.body["id"] else {
                    log.noteUnknown()
                    continue
                }
                log.note(dataset: dataset)
                let started = try await caller.call(.POST, "/api/anomaly/datasets/\(dataset)/analyze")
                guard started.status < 300, let session = started.body["session_id"] else {
                    log.noteUnknown()
                    continue
                }
                log.note(session: session, of: dataset)
            } catch {
                log.noteUnknown()
            }
        }
    }

    private static func check(data: String, _ state: Log.State, kills: Int) async throws
        -> String
    {
        let store = try await SQLiteStore(path: data + "/lockstep.sqlite")
        let sessions = try await Jobs<AnomalySession>(on: store)
        #expect(state.sessions.count > kills)
        // Nothing acknowledged is lost, and everything ends.
        for session in state.sessions.keys {
            let id = try #require(JobID(session))
            #expect(try await sessions.find(id) != nil, "the acknowledged session \(session) is lost")
        }
        let all = try await sessions.find {
            $0.limit = 100_000
            $0.newestFirst = false
        }
        for job in all { for try await _ in sessions.watch(job.id) {} }
        let datasets = try await store.read { try $0.query("SELECT id FROM anomaly_datasets") }
        #expect(Set(datasets.compactMap { $0[0].text }).isSuperset(of: state.datasets))

        let definition = sessions.definition
        var takeovers = 0
        for job in try await sessions.find(where: { $0.limit = 100_000 }) {
            let history = try await sessions.history(of: job.id)
            #expect(!job.isLive)
            #expect(history.map(\.number) == Array(1...Int64(history.count)))
            for (entry, next) in zip(history, history.dropFirst()) {
                #expect(next.from == entry.to)
                #expect(next.fence >= entry.fence)
            }
            let moves = history.filter { $0.kind == .moved }
            #expect(moves.allSatisfy { definition.edge(from: $0.from ?? "", to: $0.to) != nil })
            // This lifecycle has no cycle: a move that happened twice would be there twice.
            #expect(Set(moves.map { "\($0.from ?? "")>\($0.to)" }).count == moves.count)
            takeovers += history.count { $0.kind == .lost }
            let results = try await store.read {
                try $0.query("SELECT count(*) FROM anomaly_results WHERE session_id = ?1", job.id.text)
            }
            #expect(results.first?[0].integer == (job.status == AnomalySession.completed ? 1 : 0))
        }
        return "\(all.count) sessions ended, \(takeovers) claims taken over"
    }
}

/// The same three hundred times over; only `make torture` has the time. The crew is killed more often
/// (CrewKillTests), because its processes begin sooner.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct KillTortureTests {
    @Test(.timeLimit(.minutes(60))) func threeHundredKillsLoseNothing() async throws {
        try await KillTests.campaign(kills: 300)
    }
}
