import Lockstep
import LockstepSQL
import Synchronization

/// Where a cleaner's last look at the table of uploads ended.
final class CleaningPlace: Sendable {
    private let key = Mutex("")

    /// The key of the last upload that was looked at; empty for the beginning.
    var place: String {
        get { key.withLock(\.self) }
        set { key.withLock { $0 = newValue } }
    }
}

extension Uploads {
    /// What had begun before a permit ended may come to its end after it; a day later it is erased as well.
    static let lateness: Duration = .seconds(86_400)
    private static let page = 500
    private static let pagesOfALook = 10

    /// Erases what was never completed and whose permit has ended, unless its job still waits for it, and what belonged to
    /// jobs that were deleted.
    /// - Returns: how many uploads were erased.
    /// - Throws: ``StorageError``; an error of the store. What was done until then is done.
    @discardableResult
    public func cleanUp() async throws -> Int {
        let now = now
        let late = Timestamp(microseconds: now.microseconds - Self.lateness.inMicroseconds)
        var count = try await eraseEnded(before: now, erasures: 0)
        count += try await eraseEnded(before: late, erasures: 1)
        return try await eraseOrphans(now) + count
    }

    /// The number of an erasure is written before the object is erased, so that no `complete` takes what is going.
    private func eraseEnded(before moment: Timestamp, erasures: Int) async throws -> Int {
        var count = 0
        var place = (expires: Timestamp(microseconds: .min), key: "")
        while true {
            let rows = try await table.ended(
                before: moment, erasures: erasures, after: place, limit: Self.page)
            guard let last = rows.last else { return count }
            place = (last.expiresAt, last.key.text)
            let jobs = try await records(of: rows)
            for row in rows where row.replacedAt != nil || !isAwaited(row, jobs) {
                guard try await table.beginErasure(row) else { continue }
                try await storage.delete(row.key, multipart: row.multipart)
                count += 1
                if erasures > 0, row.replacedAt != nil { try await table.delete(row) }
            }
        }
    }

    private func eraseOrphans(_ now: Timestamp) async throws -> Int {
        var count = 0
        // A part of the table each time, from where the last look ended: its cost must not grow with all that was ever
        // uploaded.
        for _ in 0..<Self.pagesOfALook {
            let rows = try await table.page(after: orphans.place, limit: Self.page)
            let isLast = rows.count < Self.page
            orphans.place = isLast ? "" : rows[rows.count - 1].key.text
            let jobs = try await records(of: rows)
            for row in rows where jobs[row.lifecycle].map({ $0[row.job] == nil }) ?? false {
                // While a permit holds, an object that was erased could be sent again.
                if row.version != nil, row.expiresAt <= now {
                    try await storage.delete(row.key, multipart: nil)
                    try await table.delete(row)
                    count += 1
                } else if row.erasures > 1 {
                    try await table.delete(row)
                }
            }
            if isLast { break }
        }
        return count
    }

    /// Whether the job of an upload waits for it still.
    private func isAwaited(_ row: UploadRow, _ jobs: [String: [JobID: Waiting]]) -> Bool {
        // What a lifecycle that is not installed here needs, nobody here knows.
        guard let known = jobs[row.lifecycle] else { return true }
        return known[row.job]?.isWaiting ?? false
    }

    private struct Waiting {
        let isWaiting: Bool
    }

    /// The jobs of rows, for each lifecycle that is installed.
    private func records(of rows: [UploadRow]) async throws -> [String: [JobID: Waiting]] {
        let definitions = try await store.definitions()
        var found: [String: [JobID: Waiting]] = [:]
        for (lifecycle, rows) in Dictionary(grouping: rows, by: \.lifecycle) {
            guard let definition = definitions.first(where: { $0.name == lifecycle }) else { continue }
            var query = JobQuery(lifecycle)
            query.ids = Array(Set(rows.map(\.job)))
            query.limit = rows.count
            let records = try await store.find(query)
            found[lifecycle] = Dictionary(
                records.map { record in
                    let plan = UploadPlan(record.status, in: definition)
                    return (record.id, Waiting(isWaiting: plan.map { !$0.isRepeat } ?? false))
                }, uniquingKeysWith: { $1 })
        }
        return found
    }
}
