import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepTesting
import Synchronization
import Testing

@testable import lockstep_crew

/// Clients and workers on one database, each a process of its own, and what they were told.
final class Crowd: Sendable {
    let logs: String
    let store: PostgresStore
    let errands: Jobs<Errand>
    private let lease: Int
    /// A sample of the database's clock is wrong by half its round trip, which is long on a busy machine.
    private static let clockError = Duration.milliseconds(50)
    private let seats = Mutex<[String: Member]>([:])

    /// Opens the database, which is there and empty.
    /// - Parameter lease: of the workers, in milliseconds.
    init(at connection: String, lease: Int = 2000) async throws {
        self.lease = lease
        logs = NSTemporaryDirectory() + "lockstep-crowd-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        store = try await PostgresStore(PostgresOptions(connection: connection))
        try await Rows.prepare(store)
        let log = try CallLog(client: "captain-\(UUID().uuidString.prefix(8))", folder: logs)
        errands = try await Jobs<Errand>(on: LoggedStore(store, log: log, beside: Rows.beside))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: logs)
        } catch {
            print("the logs of a campaign could not be removed: \(error)")
        }
    }

    // MARK: Members

    /// Fills a seat such as `worker-anna`, and waits until its process is at work.
    func fill(
        _ seat: String, at connection: String, in place: [String] = [],
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        let role = String(seat.prefix { $0 != "-" })
        let member = try Member(
            role, name: String(seat.dropFirst(role.count + 1)), at: connection, logs: logs, lease: lease,
            in: place,
            onLine: onLine)
        seats.withLock { $0[seat] = member }
        #expect(await member.says("ready") != nil, "\(seat) did not begin")
    }

    /// Who sits there.
    func member(_ seat: String) -> Member? { seats.withLock { $0[seat] } }

    /// Those who ended although nobody told them to.
    var deserters: [String] {
        seats.withLock { seats in seats.filter { $0.value.hasEnded }.map(\.key).sorted() }
    }

    /// Ends everybody of a role in their own way.
    func dismiss(_ role: String) async {
        for (seat, member) in seats.withLock({ $0 }).sorted(by: { $0.key < $1.key })
        where seat.hasPrefix(role) {
            await member.stop()
            seats.withLock { $0[seat] = nil }
        }
    }

    // MARK: The end

    /// What a campaign left behind.
    struct Summary {
        var violations: [String]
        var jobs: Int
        var calls: [LoggedCall]
        /// Jobs that were erased and then there again (``Crowd/startedAgain(_:_:)``).
        var startedAgain: Int
        var unknown: Int { calls.count { $0.answer == .unknown } }
    }

    /// Lets everything come to its end (a worker must be there), sends everybody home, and checks.
    /// - Parameters:
    ///   - allowance: see ``LockstepTesting/HistoryChecker/allowance``; as long as the longest outage.
    ///   - look: looks at the jobs once everything is over.
    func close(allowance: Duration, _ look: () async throws -> Void = {}) async throws -> Summary {
        var found = deserters.map { "\($0) ended although nobody told it to" }
        await dismiss("client")
        for job in try await errands.find(where: {
            $0.isLive = true; $0.limit = .max
        }) {
            for try await _ in errands.watch(job.id) {}
        }
        for role in ["worker", "reader", "listener"] { await dismiss(role) }
        let definition = errands.definition
        var ledger = try await HistoryChecker.Ledger(of: store, [definition])
        ledger.rows = try await Rows.count(store)
        let calls = try CallLog.read(folder: logs).map { call in
            var call = call
            // A start whose answer was lost is asked again by the store, and told as the job is by then.
            if call.call == "start", call.answer == .ok { call.version = nil }
            return call
        }
        let checker = HistoryChecker(
            definitions: [definition], allowance: allowance, clockError: Self.clockError, decidesAhead: true)
        let again = Self.startedAgain(calls, ledger)
        found += checker.violations(in: ledger, calls: calls)
            .filter { violation in violation.job.map { !again.contains($0) } ?? true }.map(\.description)
        found += falselyDenied(calls, ledger)
        let deliveries = try await Rows.deliveries(store)
        for (id, history) in ledger.histories where !again.contains(id) {
            let moves = history.count { $0.from == "sorting" && $0.to == "done" }
            if deliveries[id, default: 0] != moves {
                found.append(
                    "job \(id) has \(deliveries[id, default: 0]) deliveries and \(moves) moves to its end")
            }
            if ledger.records[id]?.isLive ?? true { found.append("job \(id) has not ended") }
        }
        try await look()
        await store.close()
        return Summary(
            violations: found, jobs: ledger.records.count, calls: calls, startedAgain: again.count)
    }

    /// Jobs that were erased while the answer to their start was still on its way. The store asks again for a start
    /// whose answer was lost, and cannot tell a job that was never there from one that was there, has ended and was
    /// erased: it starts it anew. They are counted by themselves, for two lives of one id fit no single history.
    private static func startedAgain(_ calls: [LoggedCall], _ ledger: HistoryChecker.Ledger) -> Set<JobID> {
        var answered: [JobID: Int64] = [:]
        for call in calls where call.call == "start" && call.isReused != true {
            if let job = call.job { answered[job] = call.end ?? .max }
        }
        let erased = calls.filter { $0.call == "erase" && $0.answer == .ok }
        return Set(
            erased.compactMap { call in
                guard let job = call.job, ledger.records[job] != nil, answered[job, default: 0] > call.begin
                else { return nil }
                return job
            })
    }

    /// Calls that threw, not with an unknown outcome but as not carried out, and that were carried out after all:
    /// whoever was told so may ask again without a look.
    private func falselyDenied(_ calls: [LoggedCall], _ ledger: HistoryChecker.Ledger) -> [String] {
        let recorded = Set(
            ledger.histories.values.joined().compactMap {
                $0.reason?.split(separator: " ", maxSplits: 1).first.map(String.init)
            })
        return calls.filter {
            $0.answer == .unknown && $0.code?.hasPrefix("database_") == true && recorded.contains($0.tag)
        }.map {
            "\($0.call) \($0.tag) failed with '\($0.code ?? "")' (\($0.words ?? "")), but was carried out"
        }
    }
}

extension CampaignResult {
    /// Takes a crowd's end into the result, and fails the test for every violation.
    mutating func take(_ summary: Crowd.Summary) {
        violations += summary.violations.count
        for violation in summary.violations.prefix(20) { Issue.record("\(violation)") }
    }
}
