import GRDB
import Lockstep
import LockstepSQL

/// What a restore did to the jobs of the backup.
public struct RestoreReport: Sendable, Hashable {
    /// How many jobs the backup holds.
    public var jobs = 0
    /// The jobs whose claims were taken back.
    public var lost: [JobID] = []
    /// The number that every job's fence was raised to.
    public var fence: Int64
}

extension SQLiteStore {
    /// Puts a backup in the place of everything that is in this database.
    ///
    /// The backup itself is only read. In a copy of it, every claim is taken back (as from a dead worker),
    /// every fence is raised to the milliseconds of this moment, which no claim was ever given by counting
    /// and every earlier restore lies below, and the list of workers is emptied. So whoever worked before is
    /// refused afterwards. Then the copy takes the place of the present content in one transaction: processes
    /// that have the database open see either one or the other. Keys are those of the backup; a key whose job
    /// was started later is free again.
    /// - Throws: ``Lockstep/Refusal`` while workers are alive; ``SQLError``. Nothing was changed then.
    public func restore(from source: String) async throws -> RestoreReport {
        try await refuseWhileWorkersLive()
        let part = "\(path).part-\(JobID().text)"
        defer { Self.remove(part) }
        try await Offload.run { _ in
            do {
                var configuration = Configuration()
                configuration.readonly = true
                try Self.copy(try DatabaseQueue(path: source, configuration: configuration), to: part)
            } catch {
                guard let sql = SQLError.from(error) as? SQLError else { throw error }
                throw SQLError(
                    kind: sql.kind, message: "the backup '\(source)' cannot be copied: \(sql.message)")
            }
        }
        let copy = try await SQLiteStore(path: part, time: time, known: catalog.known)
        let report = try await copy.leaveThePast()
        try await writer.performAlone { [time] db in
            try Self.refuseWhileWorkersLive(db, time.now(), in: self.path)
            try copy.pool.read { try $0.backup(to: db) }
        }
        try copy.pool.close()
        return report
    }

    private func refuseWhileWorkersLive() async throws {
        try await reading { [time, path] db in
            try Self.refuseWhileWorkersLive(db, time.now(), in: path)
        }
    }

    private static func refuseWhileWorkersLive(_ db: Database, _ now: Timestamp, in path: String) throws {
        let alive = try String.fetchAll(
            db, sql: "SELECT id FROM lockstep_workers WHERE lease_ends > ? ORDER BY id",
            arguments: [now.microseconds])
        guard alive.isEmpty else {
            throw Refusal(
                .notApplicable,
                "\(alive.count) workers are alive in '\(path)' (\(alive.prefix(3).joined(separator: ", "))); "
                    + "stop them, or wait until their leases end, before a backup takes its place")
        }
    }

    /// Makes a copy fit to be gone on with: nobody who worked before has a claim in it.
    private func leaveThePast() async throws -> RestoreReport {
        try await writer.perform(savepoint: true) { [self] db in
            let road = road(db)
            let known = catalog.definitions
            let stored = try Int.fetchOne(db, sql: "SELECT count(*) FROM lockstep_definitions") ?? 0
            guard stored > 0, stored == known.count else {
                throw SQLError(
                    kind: .storage,
                    message: stored == 0
                        ? "the backup holds no lifecycle; name a file that 'lockstep backup' made"
                        : "the backup holds \(stored - known.count) definitions that this version cannot read; "
                            + "use a newer one")
            }
            var report = RestoreReport(fence: road.now.microseconds / 1000)
            for definition in known {
                try Self.leaveThePast(try catalog.entry(definition.name, db), road, &report)
            }
            try db.execute(sql: "DELETE FROM lockstep_workers")
            // Other processes recognise changed definitions by this number: it must be one they never saw.
            try db.execute(sql: "UPDATE lockstep_definitions SET revision = ?", arguments: [report.fence])
            return report
        }
    }

    private static func leaveThePast(
        _ entry: Catalog.Entry, _ road: RoadWriter, _ report: inout RestoreReport
    ) throws {
        let name = entry.definition.name
        let page = try HotStatement(
            "SELECT \(JobColumns.selected) FROM \(TableNames(name).jobs) WHERE seq > ? ORDER BY seq LIMIT 500",
            road.db)
        var last = Int64.min
        while true {
            let records = try page.begin().bind(last).all { JobRecord(row: $0, lifecycle: name) }
            guard let end = records.last?.sequence else { return }
            last = end
            for var record in records {
                func change(_ change: Command.Change) throws {
                    let command = Command(change, job: record.id, of: name, by: .engine)
                    record = try road.write(command, on: record, entry).get()
                }
                if record.claimedBy != nil {
                    try change(.lose)
                    report.lost.append(record.id)
                }
                try change(.raiseFence(to: report.fence))
                report.jobs += 1
            }
        }
    }
}
