import Foundation
import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import lockstep_crew

/// Two versions of a lifecycle live at once while it goes from one to the other, and whoever makes the steps is killed
/// at every point of each.
@Suite(.serialized) struct VersionTests {
    @Test(.timeLimit(.minutes(5))) func twoRolloutsBreakNoPromise() async throws {
        try await Self.campaign(rounds: 2)
    }

    @Test(.timeLimit(.minutes(5))) func twoRolloutsOnPostgresBreakNoPromise() async throws {
        try await Self.campaign(rounds: 2, isServed: true)
    }

    static func campaign(rounds: Int, isServed: Bool = false) async throws {
        let place = isServed ? " on PostgreSQL" : ""
        var result = CampaignResult(
            "versions of a lifecycle rolled out under load\(place)", unit: "rollouts")
        var totals = (kills: 0, jobs: 0, both: [0, 0], longest: Duration.zero)
        while result.rounds < rounds {
            let round = try await VersionRound(
                isServed: isServed, killsOldWorker: !result.rounds.isMultiple(of: 2))
            let found = try await round.run()
            for violation in found.prefix(20) { Issue.record("\(violation)") }
            result.violations += found.count
            result.rounds += 1
            totals.kills += round.kills.withLock { $0 }
            let paths = round.paths.withLock { $0 }
            totals.jobs += paths.jobs
            totals.both[0] += paths.old
            totals.both[1] += paths.new
            totals.longest = max(totals.longest, round.longest.withLock { $0 })
            if rounds > 10 { print("versions: \(result.rounds) of \(rounds)") }
        }
        #expect(totals.kills > 0 && totals.both.allSatisfy { $0 > 0 }, "a version did no work: \(totals)")
        result.details =
            "\(totals.kills) kills of the migrator; \(totals.jobs) jobs, \(totals.both[0]) by the old way and "
            + "\(totals.both[1]) by the new one; the longest start took "
            + "\(Int(totals.longest / .milliseconds(1))) ms"
        try result.record()
    }
}

/// Fifty rounds; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct VersionTortureTests {
    @Test(.timeLimit(.minutes(60))) func fiftyRolloutsBreakNoPromise() async throws {
        try await VersionTests.campaign(rounds: 50)
    }

    @Test(.timeLimit(.minutes(60))) func fiftyRolloutsOnPostgresBreakNoPromise() async throws {
        try await VersionTests.campaign(rounds: 50, isServed: true)
    }
}

/// One way from the first version to the second, with workers of both and starts all the time.
final class VersionRound: Sendable {
    private let field: EmptyField
    private let store: LoggedStore
    private let plain: any SQLStore
    private let isServed: Bool
    private let killsOldWorker: Bool
    private let isOver = Atomic(false)
    let kills = Mutex(0)
    /// The longest that a start took.
    let longest = Mutex(Duration.zero)
    let paths = Mutex((jobs: 0, old: 0, new: 0))

    init(isServed: Bool, killsOldWorker: Bool) async throws {
        field = try await EmptyField(on: isServed ? FreshDatabase() : nil)
        plain = try await field.place.open()
        let log = try CallLog(client: "captain-\(UUID().uuidString.prefix(8))", folder: field.logs)
        store = LoggedStore(plain, log: log)
        self.isServed = isServed
        self.killsOldWorker = killsOldWorker
    }

    /// - Returns: the promises that were not kept.
    func run() async throws -> [String] {
        try await plain.install([Definition(Voyage1.self)])
        let old = try Member.start("voyager1", name: "old", at: field.place, logs: field.logs)
        #expect(await old.says("ready") != nil)
        async let starting: Void = startAllTheTime()
        try await step("expand", wanted: "made expanded")
        let new = try Member.start("voyager2", name: "new", at: field.place, logs: field.logs)
        #expect(await new.says("ready") != nil)
        try await untilWorkers(2)
        let refused = try await answer("activate")
        #expect(refused.hasPrefix("refused unknowing_workers"), "\(refused)")
        #expect(refused.contains("'old-") && refused.contains("'checking'"), "\(refused)")
        if killsOldWorker { await old.kill() } else { try await old.stop() }
        try await untilNobodyIsInTheWay()
        try await step("activate", wanted: "made activated")
        try await start(20)
        isOver.store(true, ordering: .relaxed)
        try await starting
        try await untilAllEnded()
        try await step("contract", wanted: "made contracted")
        try await new.stop()
        return try await check()
    }

    // MARK: Load

    private func startAllTheTime() async throws {
        for _ in 0..<3000 where !isOver.load(ordering: .relaxed) {
            let took = try await ContinuousClock().measure { try await start(1) }
            longest.withLock { $0 = max($0, took) }
        }
    }

    private func start(_ count: Int) async throws {
        let jobs = (0..<count).map { _ in NewJob(lifecycle: Voyage1.name) }
        for outcome in try await store.start(jobs) { _ = try outcome.get() }
    }

    private func untilAllEnded() async throws {
        let voyages = try await plain.definitions().first { $0.name == Voyage1.name }
        #expect(voyages != nil)
        var wakes = plain.wakes().makeAsyncIterator()
        while try await plain.liveCount(Voyage1.name).contains(where: { $0.jobs > 0 }) {
            await wakes.next()
        }
    }

    // MARK: Workers

    private func untilWorkers(_ count: Int) async throws {
        while try await plain.workers().filter({ !$0.knows.isEmpty }).count < count { await Task.yield() }
    }

    /// A killed worker is in the way as long as its lease runs.
    private func untilNobodyIsInTheWay() async throws {
        while true {
            let ends = try await plain.workers().filter { $0.id.text.hasPrefix("old-") }.map(\.leaseEnds)
                .max()
            guard let ends, ends > plain.time.now() else { return }
            try await SystemTime().sleep(until: SystemTime().now() + (ends - plain.time.now()))
        }
    }

    // MARK: Steps

    /// The points at which a migrator is killed; one that a step does not reach lets it end well.
    private func points(of step: String) -> [String] {
        let common = ["rollout.kept", "install.altered"]
        guard isServed else {
            return common + ["transaction.before", "commit.before", "commit.after", "acknowledge.before"]
        }
        return step == "activate" ? common : ["rollout.added", "rollout.proved"] + common
    }

    /// Makes a step with a migrator that is killed at each point, and then with one that is not.
    private func step(_ step: String, wanted: String) async throws {
        for point in points(of: step).shuffled() {
            let doomed = try migrator(step, crashAt: point)
            if await doomed.ended() == .killed(SIGKILL) { kills.withLock { $0 += 1 } }
        }
        let answer = try await answer(step)
        #expect(answer == wanted, "\(answer)")
    }

    private func answer(_ step: String) async throws -> String {
        let member = try migrator(step)
        var said = "nothing"
        for beginning in [""] { said = await member.says(beginning) ?? said }
        #expect(await member.ended() == .exited(0))
        return said
    }

    private func migrator(_ step: String, crashAt point: String? = nil) throws -> Member {
        try Member.start(
            "migrator", name: "migrator", at: field.place, logs: field.logs, step: step, crashAt: point)
    }

    // MARK: The end

    /// Everything that either version may do.
    private static var both: Definition {
        let (old, new) = (Definition(Voyage1.self), Definition(Voyage2.self))
        let statuses = old.expanded(by: new).statuses.map { rule in
            var rule = rule
            if rule.name == "packing" {
                rule.moves = [DeclaredMove(to: "weighing"), DeclaredMove(to: "checking")]
            }
            return rule
        }
        return Definition(name: old.name, statuses: statuses, initial: old.initial)
    }

    private func check() async throws -> [String] {
        let ledger = try await HistoryChecker.Ledger(of: plain, [Self.both])
        let checker = HistoryChecker(
            definitions: [Self.both], allowance: .seconds(5),
            clockError: isServed ? .milliseconds(50) : .zero, decidesAhead: isServed)
        var found = checker.violations(in: ledger, calls: try CallLog.read(folder: field.logs))
            .map(\.description)
        let definitions = try await plain.definitions()
        if definitions.first(where: { $0.name == Voyage1.name }) != Definition(Voyage2.self) {
            found.append("the definition in the end is not the second version")
        }
        for (id, record) in ledger.records {
            let moves = ledger.histories[id, default: []].filter { $0.kind == .moved }.map(\.to)
            if record.status != "done" { found.append("job \(id) ended in '\(record.status)': \(moves)") }
            switch moves {
            case ["packing", "weighing", "done"]: paths.withLock { $0.old += 1 }
            case ["packing", "checking", "done"]: paths.withLock { $0.new += 1 }
            default: found.append("job \(id) went \(moves)")
            }
        }
        paths.withLock { $0.jobs = ledger.records.count }
        return found + (try await accepted())
    }

    /// What the tables accept in the end, beside the second version.
    private func accepted() async throws -> [String] {
        let sql =
            isServed
            ? """
            SELECT pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conname LIKE 'chk_voyage_status%' AND convalidated
            """ : "SELECT sql FROM sqlite_schema WHERE name = 'voyage_jobs'"
        let texts = try await plain.read { try $0.query(sql).compactMap { $0[0].text } }
        let isRight = texts.count == 1 && texts[0].contains("checking") && !texts[0].contains("weighing")
        return isRight ? [] : ["the CHECK of the statuses is not that of the second version: \(texts)"]
    }
}
