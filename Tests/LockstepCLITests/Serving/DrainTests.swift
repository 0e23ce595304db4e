import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQLite
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

/// A server is ended by SIGTERM under load and started again, over and over: whatever it has acknowledged holds, and no
/// job has lost an attempt by it.
@Suite(.serialized) struct DrainTests {
    /// One attempt is all that a job has: had an end cost one, the job would have failed.
    private static let errand = """
        lifecycle: errand
        initial: queued
        failure: failed
        statuses:
          queued: {queues_for: running, within: 1d}
          running: {works: 1d, attempts: 1, moves_to: done}
          done: {succeeds: 30d}
          failed: {fails: 30d}
        """

    @Test(.timeLimit(.minutes(3)), arguments: Depot.Kind.allCases)
    func threeEndsUnderLoadLoseNothing(_ kind: Depot.Kind) async throws {
        _ = try await Self.campaign(rounds: 3, on: kind)
    }

    /// What clients and workers were told.
    private final class Log: Sendable {
        struct State {
            var started: Set<String> = []
            var finished: Set<String> = []
            /// What a worker holds and has not finished, by its fence.
            var held: [String: JSONValue] = [:]
            var unknown = 0
            var isOver = false
        }
        let state = Mutex(State())
        let acknowledged: AsyncStream<Void>
        private let tell: AsyncStream<Void>.Continuation

        init() {
            (acknowledged, tell) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1000))
        }

        func note(_ change: (inout State) -> Void) {
            state.withLock { change(&$0) }
            tell.yield()
        }

        var isOver: Bool { state.withLock(\.isOver) }
    }

    /// Ends the server so many times.
    /// - Returns: how many starts were acknowledged, how many calls had no answer (most of them no connection), how many
    ///   starts were carried out all the same, and how long the slowest end took.
    static func campaign(rounds: Int, on kind: Depot.Kind) async throws -> (
        started: Int, unknown: Int, unheard: Int, slowest: Duration
    ) {
        let server = kind == .postgres ? try await PostgresDatabase() : nil
        let place = try Served.Place(errand, database: server?.url)
        let log = Log()
        var slowest = Duration.zero
        var served = try await Served(place)
        var worker = try #require(try await register(served))
        for round in 0..<rounds {
            log.state.withLock { $0.isOver = false }
            let (current, known) = (served, worker)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in 0..<4 {
                    group.addTask { try await start(on: current, log, "\(round)-\(client)") }
                }
                for _ in 0..<3 { group.addTask { try await work(on: current, known, log) } }
                var count = 0
                for await _ in log.acknowledged {
                    count += 1
                    // Never the same moment: 40 to 90 answers after the start.
                    if count >= 40 + round * 17 % 50 { break }
                }
                let begin = ContinuousClock.now
                log.state.withLock { $0.isOver = true }
                let end = await current.child.end(SIGTERM) { Issue.record("\($0)") }
                slowest = max(slowest, ContinuousClock.now - begin)
                #expect(end == .exited(0), "round \(round)")
                try await group.waitForAll()
            }
            served = try await Served(place)
            // A worker's claims outlive the server: it goes on with the same ones, the unheard ones included.
            worker = known
            try await goOn(on: served, worker, log)
        }
        try await finishAll(on: served, worker, log)
        #expect(await served.terminate() == .exited(0))
        let unheard = try await check(place, log)
        let state = log.state.withLock { $0 }
        return (state.started.count, state.unknown, unheard, slowest)
    }

    private static func register(_ served: Served) async throws -> String? {
        let answer = try await served.call(
            .POST, "/v1/workers",
            ["name": "drain", "statuses": ["errand": ["running"]], "lease_seconds": 600])
        return answer.json["id"]?.text
    }

    /// An answer, or nothing when the connection broke off: then nothing is known.
    private static func call(
        _ served: Served, _ method: HTTPMethod, _ path: String, _ body: JSONValue, _ log: Log
    ) async throws -> Served.Answer? {
        do {
            let answer = try await served.call(method, path, body)
            // A server that ends answers what it has taken; nothing but that, and no half answers.
            #expect(answer.status < 500 || answer.json["code"]?.text == "shutting_down", "\(path): \(answer)")
            return answer.status < 500 ? answer : nil
        } catch is DecodingError {
            Issue.record("half an answer to \(path)")
            return nil
        } catch {
            if !log.isOver { Issue.record("the server went away before it was told to: \(error)") }
            log.state.withLock { $0.unknown += 1 }
            return nil
        }
    }

    private static func start(on served: Served, _ log: Log, _ name: String) async throws {
        var number = 0
        while !log.isOver {
            number += 1
            let body: JSONValue = ["lifecycle": "errand", "key": .string("\(name)-\(number)")]
            guard let answer = try await call(served, .POST, "/v1/jobs", body, log) else { continue }
            let id = try #require(answer.json["id"]?.text, "\(answer)")
            log.note { $0.started.insert(id) }
        }
    }

    private static func work(on served: Served, _ worker: String, _ log: Log) async throws {
        while !log.isOver {
            // Longer than the server may take to end: long polls must not hold it up.
            let body: JSONValue = ["limit": 3, "wait_seconds": 20]
            let path = "/v1/workers/\(worker)/claims"
            guard let answer = try await call(served, .POST, path, body, log) else { continue }
            for job in answer.json["jobs"]?.items ?? [] {
                let (id, fence) = (try #require(job["id"]?.text), try #require(job["fence"]))
                log.note { $0.held[id] = fence }
                try await finish(id, fence, on: served, worker, log)
            }
        }
    }

    private static func finish(
        _ id: String, _ fence: JSONValue, on served: Served, _ worker: String, _ log: Log
    ) async throws {
        let body: JSONValue = ["worker": .string(worker), "fence": fence, "to": "done"]
        guard let answer = try await call(served, .POST, "/v1/jobs/\(id)/finish", body, log) else { return }
        if answer.status == 200 {
            log.note { state in
                state.finished.insert(id)
                state.held[id] = nil
            }
        } else {
            // It was carried out, and the answer was not heard.
            let job = try await served.call(.GET, "/v1/jobs/\(id)").json
            #expect(job["status"] == "done", "\(answer) \(job)")
            log.note { $0.held[id] = nil }
        }
    }

    /// Says that it lives, hears what it holds, and finishes that.
    private static func goOn(on served: Served, _ worker: String, _ log: Log) async throws {
        let beat = try await served.call(.POST, "/v1/workers/\(worker)/heartbeat", [:])
        #expect(beat.json["alive"] == true, "\(beat)")
        var held = log.state.withLock(\.held)
        if case .object(let said)? = beat.json["held"] { held.merge(said) { $1 } }
        for (id, fence) in held { try await finish(id, fence, on: served, worker, log) }
        #expect(log.state.withLock(\.held).isEmpty)
    }

    private static func finishAll(on served: Served, _ worker: String, _ log: Log) async throws {
        while true {
            let answer = try await served.call(.POST, "/v1/workers/\(worker)/claims", ["limit": 100])
            let jobs = try #require(answer.json["jobs"], "\(answer)").items
            if jobs.isEmpty { return }
            for job in jobs {
                let (id, fence) = (try #require(job["id"]?.text), try #require(job["fence"]))
                try await finish(id, fence, on: served, worker, log)
            }
        }
    }

    /// Holds the database against what everybody was told.
    /// - Returns: how many jobs are there of which nobody was told.
    private static func check(_ place: Served.Place, _ log: Log) async throws -> Int {
        let store: any Store =
            if let url = place.database {
                try await PostgresStore(PostgresOptions(connection: url))
            } else {
                try await SQLiteStore(path: place.tool.database)
            }
        let state = log.state.withLock { $0 }
        var query = JobQuery("errand")
        query.limit = 1_000_000
        let jobs = try await store.find(query)
        let ids = Set(jobs.map(\.id.text))
        #expect(state.started.subtracting(ids).isEmpty, "acknowledged starts that are not there")
        // A start whose answer was not heard may be there all the same; nothing else may.
        #expect(ids.subtracting(state.started).count <= state.unknown)
        let done = Set(jobs.filter { $0.status == "done" }.map(\.id.text))
        #expect(state.finished.subtracting(done).isEmpty, "acknowledged ends that are not there")
        #expect(done == ids, "every job has come to its end")
        for job in jobs {
            let history = try await store.history(of: job.id, in: "errand", after: 0)
            // Started, claimed once, finished: nothing was lost, given back or tried again.
            #expect(history.map(\.to) == ["queued", "running", "done"], "\(history)")
            #expect(job.fence == 1)
        }
        return ids.subtracting(state.started).count
    }
}

/// The same, longer: `make torture`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
struct DrainTorture {
    @Test(.timeLimit(.minutes(30)), arguments: Depot.Kind.allCases)
    func fiftyEndsUnderLoadLoseNothing(_ kind: Depot.Kind) async throws {
        var result = CampaignResult(
            "SIGTERM under load\(kind == .postgres ? ", on PostgreSQL" : "")", unit: "ends of a server")
        let outcome = try await DrainTests.campaign(rounds: 50, on: kind)
        result.rounds = 50
        result.details =
            "\(outcome.started) starts acknowledged, \(outcome.unknown) calls without an answer, "
            + "\(outcome.unheard) of them starts that were carried out, slowest end "
            + "\(outcome.slowest)"
        try result.record()
    }
}
