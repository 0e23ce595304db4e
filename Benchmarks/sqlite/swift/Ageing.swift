import BenchKit
import Lockstep
import LockstepSQL

extension Bench {
    /// Puts ended jobs there, each with its three lines of history, as if they had been worked off.
    /// It writes plain SQL with the triggers taken off: ten million starts and moves would take half an hour,
    /// and it is only the mass of rows that is wanted.
    func age() async throws {
        _ = try await Jobs<Errand>(on: store)
        let now = SystemTime().now().microseconds
        let triggers = try await store.read { sql in
            try sql.query("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'", []).map {
                ($0["name"].text ?? "", $0["sql"].text ?? "")
            }
        }
        try await store.write { sql in
            for (name, _) in triggers { _ = try sql.execute("DROP TRIGGER \(name)", []) }
        }
        for first in stride(from: 1, through: count, by: 200_000) {
            let last = min(count, first + 199_999)
            try await store.write { sql in
                let numbers = "WITH RECURSIVE c(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM c WHERE i < ?2)"
                _ = try sql.execute(
                    """
                    \(numbers) INSERT INTO errand_jobs (seq, id, status, input, fence, available_at, deadline,
                        entered_at, created_at, updated_at, ended_at, version, progress)
                    SELECT i, printf('00000000-0000-7000-8000-%012x', i), 'done',
                        '{"i":' || i || ',"pad":"\(String(repeating: "x", count: 80))"}', 1, ?3,
                        ?3 + 2592000000000 + i, ?3, ?3, ?3, ?3, 3, 100 FROM c
                    """, [first, last, now])
                for (n, from, to) in [
                    (1, "NULL", "queued"), (2, "'queued'", "running"), (3, "'running'", "done"),
                ] {
                    _ = try sql.execute(
                        """
                        \(numbers) INSERT INTO errand_history
                        SELECT i, \(n), 'moved', \(from), '\(to)', 'worker', 'worker-1', NULL, NULL, 1, 1, ?3 FROM c
                        """, [first, last, now])
                }
            }
        }
        try await store.write { sql in
            for (_, text) in triggers { _ = try sql.execute(text, []) }
        }
    }
}
