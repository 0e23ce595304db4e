import Lockstep
import LockstepPostgres
import LockstepTesting
import PostgresSupport

/// Many who claim from one table at the same time, each with a limit, while the server's planner is kept from every
/// plan but nested loops that read their inner side again and again.
///
/// `UPDATE … WHERE id IN (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)` is only right as long as its subquery runs once.
/// As the inner side of a nested loop it runs for each outer row, skips what it has itself changed, and takes more.
struct PlanRace: Sendable {
    /// Somebody who claims.
    struct Claimer: Sendable {
        let name: String
        /// What it was handed out, at most so many: the ids.
        let claim: @Sendable (_ limit: Int, _ round: Int) async throws -> [String]
    }

    static let claimers = 64
    static let settings = [
        "enable_hashjoin = off", "enable_mergejoin = off", "enable_seqscan = off", "enable_material = off",
        "enable_hashagg = off", "enable_sort = off", "plan_cache_mode = force_generic_plan",
        // What is forbidden counts as very dear, and dear plans are compiled.
        "jit = off",
    ]
    /// Fewer than are asked for, so that everybody competes.
    static let jobs = 48

    let database: FreshDatabase
    let parcels: Jobs<Parcel>
    let plain: PlainConnection

    init() async throws {
        database = try await FreshDatabase()
        parcels = try await Jobs<Parcel>(on: try await database.store())
        plain = try await database.plain()
        for setting in Self.settings {
            try await plain.execute("ALTER DATABASE \(database.name) SET \(setting)")
        }
    }

    /// Workers with a store each, as many machines have them.
    func workers() async throws -> [Claimer] {
        var claimers: [Claimer] = []
        for number in 0..<Self.claimers {
            var options = PostgresOptions(connection: database.storeURL)
            options.connections = 1
            options.listens = false
            let store = try await PostgresStore(options)
            let worker = WorkerID("claimer\(number)")
            var heartbeat = Heartbeat(
                worker: worker, lease: .seconds(3600), statuses: ["parcel": ["packing", "labelling"]],
                host: "test")
            heartbeat.isFirst = true
            _ = try await store.beat(heartbeat)
            claimers.append(
                Claimer(name: worker.text) { limit, round in
                    // One place to look in takes another way through the store than several.
                    let statuses = round.isMultiple(of: 2) ? ["packing", "labelling"] : ["labelling"]
                    let request = ClaimRequest(worker: worker, statuses: ["parcel": statuses], limit: limit)
                    return try await store.claim(request).map(\.id.text)
                })
        }
        return claimers
    }

    /// A round: jobs are started, everybody claims at once until nobody is given anything, and the history is read.
    /// - Parameter isRecorded: whether the claims must be in the history.
    /// - Returns: what was wrong.
    func round(_ number: Int, _ claimers: [Claimer], isRecorded: Bool) async throws -> [String] {
        let statuses: [Parcel] = number.isMultiple(of: 2) ? [.queued, .labelling] : [.labelling]
        let jobs = try (0..<Self.jobs).map { try parcels.new([:], in: statuses[$0 % statuses.count]) }
        _ = try await parcels.store.start(jobs)
        // The planner's figures change now and then, as they do in a table that lives.
        if number % 10 == 5 { try await plain.execute("ANALYZE parcel_jobs") }
        var faults: [String] = []
        var owners: [String: [String]] = [:]
        while true {
            let taken = try await claim(number, claimers)
            for (claimer, limit, ids) in taken {
                if ids.count > limit {
                    faults.append("\(claimer) asked for \(limit) jobs and was given \(ids.count)")
                }
                for id in ids { owners[id, default: []].append(claimer) }
            }
            if taken.allSatisfy(\.ids.isEmpty) { break }
        }
        for (id, owners) in owners where owners.count > 1 {
            faults.append("job \(id) was handed out to \(owners.joined(separator: ", "))")
        }
        if owners.count != Self.jobs { faults.append("\(owners.count) of \(Self.jobs) jobs were handed out") }
        if isRecorded { faults += try await unrecorded(owners) }
        try await plain.execute("DELETE FROM parcel_jobs")
        return faults
    }

    private func claim(
        _ round: Int, _ claimers: [Claimer]
    ) async throws -> [(claimer: String, limit: Int, ids: [String])] {
        try await withThrowingTaskGroup(of: (String, Int, [String]).self) { group in
            for (place, claimer) in claimers.enumerated() {
                let limit = 1 + (place + round) % 3
                group.addTask { (claimer.name, limit, try await claimer.claim(limit, round)) }
            }
            var all: [(String, Int, [String])] = []
            for try await one in group { all.append(one) }
            return all.map { (claimer: $0.0, limit: $0.1, ids: $0.2) }
        }
    }

    /// Where the history says otherwise: one line for each claim and fence, by whom it was handed to.
    private func unrecorded(_ owners: [String: [String]]) async throws -> [String] {
        let lines = try await plain.rows(
            """
            SELECT j.id, h.actor_name, h.fence FROM parcel_history h JOIN parcel_jobs j ON j.seq = h.job
            WHERE h.actor = 'worker'
            """)
        var faults: [String] = []
        var recorded: Set<String> = []
        for line in lines {
            guard let id = line[0], let name = line[1] else { continue }
            if !recorded.insert(id).inserted { faults.append("job \(id) has two claims in its history") }
            if line[2] != "1" || owners[id] != [name] {
                faults.append(
                    "job \(id) was claimed by \(name) with the fence \(line[2] ?? "") in its history")
            }
        }
        if recorded.count != owners.count {
            faults.append("\(recorded.count) claims are in the history, and \(owners.count) were handed out")
        }
        return faults
    }
}
