import ExpenseStatements
import Lockstep
import LockstepSQL
import LockstepServer

/// Reads and writes `expense_employees` and `expense_aliases`: a directory for each user.
struct DirectoryTable: Sendable {
    let store: any SQLStore

    /// A user's employees with their aliases, by id.
    func employees(of owner: String) async throws -> [Employee] {
        try await store.read { try Self.employees(of: owner, in: $0) }
    }

    private static func employees(of owner: String, in database: any SQLReading) throws -> [Employee] {
        var aliases: [String: [String]] = [:]
        for row in try database.query(
            "SELECT employee_id, alias FROM expense_aliases WHERE owner = ?1 ORDER BY employee_id, alias",
            owner)
        {
            guard let id = row[0].text, let alias = row[1].text else {
                throw Failure.unreadableRow(of: "expense_aliases")
            }
            aliases[id, default: []].append(alias)
        }
        return try database.query(
            "SELECT id, name FROM expense_employees WHERE owner = ?1 ORDER BY id", owner
        )
        .map { row in
            guard let id = row[0].text, let name = row[1].text else {
                throw Failure.unreadableRow(of: "expense_employees")
            }
            return Employee(id: id, name: name, aliases: aliases[id] ?? [])
        }
    }

    /// Puts a directory in the place of the one before. Whoever stays and comes without aliases keeps those that were.
    func replace(_ employees: [DirectoryEntry], of owner: String) async throws -> [Employee] {
        try await store.write { transaction in
            let before = try Self.employees(of: owner, in: transaction)
            let kept = Dictionary(before.map { ($0.id, $0.aliases) }, uniquingKeysWith: { $1 })
            try transaction.execute("DELETE FROM expense_aliases WHERE owner = ?1", owner)
            try transaction.execute("DELETE FROM expense_employees WHERE owner = ?1", owner)
            for employee in employees {
                try transaction.execute(
                    "INSERT INTO expense_employees (owner, id, name) VALUES (?1, ?2, ?3)", owner, employee.id,
                    employee.name)
                try Self.insert(
                    employee.aliases ?? kept[employee.id] ?? [], of: employee.id, owner: owner,
                    in: transaction)
            }
            return try Self.employees(of: owner, in: transaction)
        }
    }

    /// Puts an employee's aliases in the place of those before.
    /// - Returns: the employee; `nil` when there is none with this id.
    func replace(aliases: [String], of employee: String, owner: String) async throws -> Employee? {
        try await store.write { transaction in
            let known = try transaction.query(
                "SELECT 1 FROM expense_employees WHERE owner = ?1 AND id = ?2", owner, employee)
            guard !known.isEmpty else { return nil }
            try transaction.execute(
                "DELETE FROM expense_aliases WHERE owner = ?1 AND employee_id = ?2", owner, employee)
            try Self.insert(aliases, of: employee, owner: owner, in: transaction)
            return try Self.employees(of: owner, in: transaction).first { $0.id == employee }
        }
    }

    private static func insert(
        _ aliases: [String], of employee: String, owner: String, in transaction: any SQLTransaction
    ) throws {
        for alias in aliases {
            try transaction.execute(
                """
                INSERT INTO expense_aliases (owner, employee_id, alias) VALUES (?1, ?2, ?3)
                ON CONFLICT (owner, employee_id, alias) DO NOTHING
                """, owner, employee, alias)
        }
    }
}

/// An employee as a client writes one.
struct DirectoryEntry: Decodable, Sendable {
    var id: String
    var name: String
    /// When they are left out, those that the employee has stay.
    var aliases: [String]?
}
