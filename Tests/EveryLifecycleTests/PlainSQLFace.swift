import Foundation
import GRDB
import Lockstep
import LockstepSQL
import LockstepTesting

/// Plain SQL over a connection of its own, which knows no actors.
struct PlainSQLFace: MoveFace {
    let name = "plain SQL"
    let actors: [Actor.Kind]? = nil
    let explains = false
    let raw: DatabaseQueue
    let names: TableNames
    /// A JSON text of all the needs, for starts.
    let needs: String
    /// What is done to the database before it is asked. With it, everything is taken back afterwards.
    var tampering: (@Sendable (Database) throws -> Void)?

    init(_ definition: Definition, path: String) throws {
        raw = try DatabaseQueue(path: path)
        names = TableNames(definition.name)
        let tokens = definition.statuses.flatMap(\.needs).map { "\"\($0.token)\"" }
        needs = "[\(tokens.joined(separator: ","))]"
    }

    func tampered(_ tampering: @escaping @Sendable (Database) throws -> Void) -> PlainSQLFace {
        var face = self
        face.tampering = tampering
        return face
    }

    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws -> Result {
        try await raw.writeWithoutTransaction { [tampering] db in
            var result: Result?
            try db.inTransaction(.immediate) {
                try tampering?(db)
                result = try body(db)
                return tampering == nil ? .commit : .rollback
            }
            guard let result else { throw Conformance.Violation(description: "a transaction gave nothing") }
            return result
        }
    }

    func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        try await write { [names] db in
            try questions.map { question in
                let refusal = try Self.refusal {
                    // Prepared once: the triggers that come with it are long.
                    try db.cachedStatement(sql: "UPDATE \(names.jobs) SET status = ? WHERE id = ?")
                        .execute(arguments: [question.to, question.job.id.text])
                }
                return try Self.answer(question.job, db, names, refusal)
            }
        }
    }

    /// The words of a constraint or trigger that refuses what is done.
    private static func refusal(_ body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return error.message ?? "no words"
        }
    }

    private static func answer(
        _ job: JobRecord, _ db: Database, _ names: TableNames, _ refusal: String?
    ) throws -> MoveAnswer {
        let status = try String.fetchOne(
            db.cachedStatement(sql: "SELECT status FROM \(names.jobs) WHERE id = ?"),
            arguments: [job.id.text])
        let moves = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT from_status, to_status FROM \(names.history)
                    WHERE job = ? AND n > ? AND kind = 'moved' ORDER BY n
                    """), arguments: [job.sequence, job.version])
        return MoveAnswer(
            accepted: refusal == nil, status: status ?? "(gone)",
            moves: moves.map { .init(from: $0[0] ?? "", to: $0[1]) }, words: refusal ?? "")
    }

    func start(in statuses: [String]) async throws -> [Bool]? {
        try await write { [names, needs] db in
            try statuses.map { status in
                let id = JobID().text
                let refusal = try Self.refusal {
                    try db.execute(
                        sql: "INSERT INTO \(names.jobs) (id, status, met) VALUES (?, ?, ?)",
                        arguments: [id, status, needs])
                }
                let there = try String.fetchOne(
                    db, sql: "SELECT status FROM \(names.jobs) WHERE id = ?", arguments: [id])
                guard (there == status) == (refusal == nil) else {
                    throw Conformance.Violation(
                        description: "a start in '\(status)' ended as \(there ?? refusal ?? "")")
                }
                return there != nil
            }
        }
    }

    /// The literals of the named CHECK, as the database has it.
    func constraint() async throws -> [String]? {
        try await write { [names] db in
            let sql =
                try String.fetchOne(
                    db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [names.jobs]) ?? ""
            guard let opening = sql.range(of: "CONSTRAINT \(names.statusCheck) CHECK (") else { return [] }
            // No status of the lifecycles here has a quote or a parenthesis in its name.
            return sql[opening.upperBound...].prefix { $0 != ")" }.matches(of: /'([^']*)'/).map {
                String($0.output.1)
            }
        }
    }
}
