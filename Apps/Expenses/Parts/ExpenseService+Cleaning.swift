import Lockstep
import LockstepSQL
import LockstepServer

extension ExpenseService {
    private static let page = 500

    /// Erases the files and the rows of sessions whose jobs an administrator has erased, and files that came into no
    /// session because a process died.
    /// - Returns: how many there were.
    @discardableResult
    func cleanUp() async throws -> Int {
        let lost = try await sessions.unknown(of: folder.oldKeys())
        for key in lost { try await folder.erase(key) }
        return try await lost.count + cleanUpSessions()
    }

    private func cleanUpSessions() async throws -> Int {
        var place = ""
        var count = 0
        while true {
            let known = try await sessions.list(after: place, limit: Self.page)
            guard let last = known.last else { return count }
            place = last.id.text
            let found = try await jobs.find {
                $0.ids = known.map(\.id)
                $0.limit = known.count
            }
            // A session and its job begin in one transaction: one that has none has lost it.
            let living = Set(found.map(\.id))
            for row in known where !living.contains(row.id) {
                try await folder.erase(row.storageKey)
                try await store.write { transaction in
                    try ReportTable.delete(row.id, in: transaction)
                    try SessionTable.delete(row.id, in: transaction)
                }
                count += 1
            }
        }
    }
}
