import Lockstep
import Synchronization

/// How a store stands, as figures: asked for when somebody scrapes, at most every five seconds.
final class StoreGauges: Sendable {
    /// How old the figures may be.
    static let longestAge: Duration = .seconds(5)

    private let jobs = MetricFamily(
        "lockstep_jobs", .gauge, "Jobs that have not ended.", labels: ["lifecycle", "status"])
    private let parked = MetricFamily(
        "lockstep_jobs_parked", .gauge, "Jobs that wait for an administrator.",
        labels: ["lifecycle", "status"])
    private let stuck = MetricFamily(
        "lockstep_jobs_stuck", .gauge,
        "Jobs that are parked, or longer in their status than their lifecycle says is usual; at most 1000 are counted.",
        labels: ["lifecycle", "status"])
    private let oldest = MetricFamily(
        "lockstep_oldest_waiting_seconds", .gauge,
        "How long the job of a queue that was started first has been in it; 0 for an empty queue.",
        labels: ["lifecycle", "status"])
    private let paused = MetricFamily(
        "lockstep_pauses", .gauge, "Pauses that hold, of the lifecycle or of its statuses.",
        labels: ["lifecycle"])
    private let workers = MetricFamily("lockstep_workers", .gauge, "Workers whose leases have not ended.")
    private let isUp = MetricFamily(
        "lockstep_store_up", .gauge, "Whether the store answered when it was last asked for these figures.")

    private let store: any Store
    private let catalog: LifecycleCatalog
    private let reading = Mutex<(at: ContinuousClock.Instant, task: Task<Void, Never>)?>(nil)

    init(store: any Store, catalog: LifecycleCatalog) {
        self.store = store
        self.catalog = catalog
    }

    /// The figures.
    /// - Parameter complain: is told what the store said when it did not answer.
    func families(complain: @escaping @Sendable (any Error) -> Void) async -> [MetricFamily] {
        let task = reading.withLock { reading in
            if let reading, ContinuousClock.now - reading.at < Self.longestAge { return reading.task }
            let task = Task { await self.read(complain) }
            reading = (.now, task)
            return task
        }
        await task.value
        return [isUp, jobs, parked, stuck, oldest, paused, workers]
    }

    private func read(_ complain: @Sendable (any Error) -> Void) async {
        do {
            let now = store.time.now()
            let pauses = try await store.pauses()
            let living = try await store.workers().count { $0.leaseEnds > now }
            var counts: [(Definition, [StatusCount])] = []
            var ages: [(lifecycle: String, status: String, seconds: Double)] = []
            var held: [String: [String: Int]] = [:]
            for definition in try await catalog.all() {
                let found = try await store.liveCount(definition.name)
                counts.append((definition, found))
                held[definition.name] = try await stuckJobs(of: definition)
                for count in found where definition.rule(for: count.status)?.kind == .queue {
                    let age = count.jobs == 0 ? 0 : try await age(of: count.status, definition, now)
                    ages.append((definition.name, count.status, age))
                }
            }
            show(counts, held, ages, pauses)
            workers.set(Double(living))
            isUp.set(1)
        } catch {
            for family in [jobs, parked, stuck, oldest, paused, workers] { family.clear() }
            isUp.set(0)
            complain(error)
        }
    }

    private func show(
        _ counts: [(Definition, [StatusCount])], _ held: [String: [String: Int]],
        _ ages: [(lifecycle: String, status: String, seconds: Double)], _ pauses: Pauses
    ) {
        for family in [jobs, parked, stuck, oldest, paused] { family.clear() }
        for (definition, found) in counts {
            paused.set(Double(pauses.all.count { $0.lifecycle == definition.name }), definition.name)
            for count in found {
                jobs.set(Double(count.jobs), definition.name, count.status)
                parked.set(Double(count.parked), definition.name, count.status)
                stuck.set(
                    Double(held[definition.name]?[count.status] ?? 0), definition.name, count.status)
            }
        }
        for age in ages { oldest.set(age.seconds, age.lifecycle, age.status) }
    }

    /// How many jobs are stuck, by status.
    private func stuckJobs(of definition: Definition) async throws -> [String: Int] {
        var query = JobQuery(definition.name)
        query.isStuck = true
        query.limit = 1000
        return try await store.find(query).reduce(into: [:]) { $0[$1.status, default: 0] += 1 }
    }

    private func age(of status: String, _ definition: Definition, _ now: Timestamp) async throws -> Double {
        var query = JobQuery(definition.name)
        query.statuses = [status]
        query.isLive = true
        query.newestFirst = false
        query.limit = 1
        query.withoutData = true
        guard let first = try await store.find(query).first else { return 0 }
        return max(0, Double((now - first.enteredAt).inMicroseconds) / 1_000_000)
    }
}
