import Lockstep
import LockstepSQL

/// How a guard goes away on PostgreSQL, and what it took the place of comes back.
extension GuardState {
    /// What the guard's CHECK took the place of, by its comment.
    func remembered() throws -> [String] {
        let comment = try probe.query(
            """
            SELECT obj_description(k.oid, 'pg_constraint') FROM pg_constraint k
                JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ?1 AND c.relname = ?2 AND k.conname = ?3
            """, live.table.schema, live.table.name, names.values
        ).first?[0].text
        return GuardMemory.clauses(comment ?? "")
    }

    func postgresRemoval() throws -> ([GuardPlan.Step], notes: [String]) {
        var steps = triggerRemoval(lock: "ACCESS EXCLUSIVE on \(live.table), \(Self.moment)") { name in
            "DROP TRIGGER \(SQLText.name(name)) ON \(table)"
        }
        var notes: [String] = []
        if live.checks.contains(where: { $0.name == names.values }) {
            let old = try remembered()
            let back = old.map { ", ADD \($0) NOT VALID" }.joined()
            steps.append(
                GuardPlan.Step(
                    kind: .check,
                    title: old.isEmpty ? "The CHECK goes." : "The CHECKs that were there before come back.",
                    statements: ["ALTER TABLE \(table) DROP CONSTRAINT \(SQLText.name(names.values))\(back)"],
                    isTransactional: true, lock: "ACCESS EXCLUSIVE on \(live.table), \(Self.moment)",
                    reverse: []))
            if !old.isEmpty {
                notes.append("What comes back is not held against the rows; VALIDATE it when they fit.")
            }
        }
        if let step = try functionRemoval() { steps.append(step) }
        return (steps, notes)
    }
}
