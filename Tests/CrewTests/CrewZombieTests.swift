import Foundation
import Lockstep
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

@testable import lockstep_crew

/// Processes that are stopped while they hold a claim, lose it meanwhile, and then write as if nothing had
/// happened.
@Suite(.serialized) struct CrewZombieTests {
    /// What becomes of the job before the zombie goes on.
    enum Turn: CaseIterable {
        /// Somebody else holds it.
        case heirHolds
        /// Somebody else has finished it.
        case heirHasFinished
        /// The zombie is a `Worker` whose handler runs.
        case wholeWorker
    }

    @Test(.timeLimit(.minutes(3))) func sixZombiesChangeNothing() async throws {
        try await Self.campaign(rounds: 6)
    }

    /// - Parameter fresh: the PostgreSQL database that they work on, if it is not a SQLite file.
    static func campaign(rounds: Int, on fresh: FreshDatabase? = nil) async throws {
        let place = fresh == nil ? "" : " on PostgreSQL"
        var result = CampaignResult("zombies\(place): stopped, reclaimed, continued", unit: "zombies")
        let field = try await Field(on: fresh)
        var late: [String: (all: Int, refused: Int)] = [:]
        for round in 0..<rounds {
            let turn = Turn.allCases[round % Turn.allCases.count]
            for call in try await oneZombie(field, round, turn) {
                for kind in kinds(of: call) {
                    late[kind, default: (0, 0)].all += 1
                    if call.answer == .refused { late[kind, default: (0, 0)].refused += 1 }
                }
                if call.answer != .refused { Issue.record("\(call.call) \(call.tag) was late and accepted") }
            }
            result.rounds += 1
            if rounds > 20, result.rounds.isMultiple(of: 20) {
                print("zombies: \(result.rounds) of \(rounds)")
            }
        }
        for kind in ["report", "metadata", "output", "move", "fail", "yield", "row", "beat", "claim"] {
            #expect(late[kind, default: (0, 0)].all > 0, "no zombie tried a late \(kind)")
        }
        // The checker must find the same: nothing of all this is in the histories.
        try await field.fill("worker-heir")
        result.take(try await field.close())
        let all = late.sorted { $0.key < $1.key }
        result.violations += all.reduce(0) { $0 + $1.value.all - $1.value.refused }
        result.details =
            "late writes refused: "
            + all.map { "\($0.key) \($0.value.refused) of \($0.value.all)" }.joined(separator: ", ")
        try result.record()
    }

    private static func kinds(of call: LoggedCall) -> [String] {
        var kinds = [call.call == "annotate" ? nil : call.call].compactMap { $0 }
        if call.marks != nil { kinds.append("metadata") }
        if call.output != nil { kinds.append("output") }
        if call.hasRow == true { kinds.append("row") }
        return kinds
    }

    /// - Returns: the zombie's late calls.
    private static func oneZombie(_ field: Field, _ round: Int, _ turn: Turn) async throws -> [LoggedCall] {
        let errands = field.errands
        let lease = 300
        let name = "zombie\(round)"
        let started = try await errands.start([:], in: .queued)
        let zombie = try await field.start(
            turn == .wholeWorker ? "gated" : "zombie", name: name, lease: lease)
        let claimed = try #require(await zombie.says("claimed \(started.id)"), "the zombie claimed nothing")
        if let server = field.server {
            try await zombie.pauseOutsideATransaction(of: name, server)
        } else {
            try zombie.pauseOutsideACommit(of: field.database)
        }
        #expect(claimed.hasSuffix(" 1"))

        // Its lease ends, the sweep takes the claim back, and somebody else takes the job over.
        let held = try #require(try await errands.find(started.id)?.record)
        let dead = try #require(held.claimedBy)
        let leases = try await field.store.workers().filter { $0.id == dead }
        let over = try #require(leases.first?.leaseEnds)
        // Sleeping follows the continuous clock and leases the machine's, which may have been set back meanwhile.
        while SystemTime().now() <= over { try await SystemTime().sleep(until: over + .milliseconds(1)) }
        let report = try await field.store.sweep(SweepRequest())
        let (workers, history) = (try await field.store.workers(), try await errands.history(of: started.id))
        #expect(
            report.lost == [started.id],
            "the lease ended at \(over), it is \(SystemTime().now()); left are \(workers), \(history)")
        let heir = WorkerID("heir\(round)")
        let record = try #require(try await claim(Errand.fetching, by: heir, errands).first)
        #expect(record.id == started.id && record.fence == 2)
        if turn == .heirHasFinished { try await finish(record, errands) }
        // Work lies ready that nobody does but the zombie, if it were let.
        let ready = try await errands.start([:], in: .sorting)

        let before = try await state(of: started.id, errands)
        let resumed = CallLog.now()
        zombie.tell("go")
        zombie.resume()
        if turn != .wholeWorker { #expect(await zombie.says("written") != nil) }
        try await zombie.stop()
        #expect(try await state(of: started.id, errands) == before, "zombie \(round) has changed its job")

        if turn != .heirHasFinished { try await finish(record, errands) }
        let rest = try await claim(Errand.sorting, by: heir, errands)
        #expect(rest.map(\.id).contains(ready.id))
        for record in rest { try await finish(record, errands) }
        return try CallLog.read(folder: field.logs).filter { call in
            guard call.client.hasPrefix("\(name)-"), call.begin > resumed else { return false }
            return call.worker == dead
        }
    }

    private static func state(of id: JobID, _ errands: Jobs<Errand>) async throws -> String {
        "\(try await errands.find(id).map { "\($0.record)" } ?? "–") \(try await errands.history(of: id))"
    }

    /// Claims by hand, as the heir.
    private static func claim(
        _ status: Errand, by worker: WorkerID, _ errands: Jobs<Errand>
    ) async throws -> [JobRecord] {
        let statuses = [Errand.name: [status.rawValue]]
        var heartbeat = Heartbeat(worker: worker, lease: .seconds(60), statuses: statuses, host: "captain")
        heartbeat.isFirst = true
        _ = try await errands.store.beat(heartbeat)
        return try await errands.store.claim(ClaimRequest(worker: worker, statuses: statuses, limit: 10))
    }

    /// Brings a claimed errand to an end that needs no delivery.
    private static func finish(_ record: JobRecord, _ errands: Jobs<Errand>) async throws {
        guard let worker = record.claimedBy else { return }
        var command = Command(
            .fail(.userFixable("the heir gives up")), job: record.id, of: record.lifecycle,
            by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: record.fence)
        _ = try await errands.store.apply([command])[0].get()
    }
}

/// Two hundred of them; only `make torture` has the time.
@Suite(.serialized, .enabled(if: isTorture)) struct CrewZombieTortureTests {
    @Test(.timeLimit(.minutes(60))) func twoHundredZombiesChangeNothing() async throws {
        try await CrewZombieTests.campaign(rounds: 200)
    }
}
