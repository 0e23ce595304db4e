import Lockstep
import LockstepSQL
import LockstepTesting
import PostgresSupport

/// Plain SQL over a connection of its own to PostgreSQL, which knows no actors.
struct PostgresFace: MoveFace {
    let name = "plain SQL on PostgreSQL"
    let actors: [Actor.Kind]? = nil
    let explains = false
    let plain: PlainConnection
    let names: TableNames
    /// A JSON text of all the needs, for starts.
    let needs: String
    /// What is done to the database before it is asked. With it, everything is taken back afterwards.
    var tampering: (@Sendable (PlainSession) throws -> Void)?

    init(_ definition: Definition, _ plain: PlainConnection) {
        self.plain = plain
        names = TableNames(definition.name)
        let tokens = definition.statuses.flatMap(\.needs).map { "\"\($0.token)\"" }
        needs = "[\(tokens.joined(separator: ","))]"
    }

    func tampered(_ tampering: @escaping @Sendable (PlainSession) throws -> Void) -> PostgresFace {
        var face = self
        face.tampering = tampering
        return face
    }

    private func write<Result: Sendable>(
        _ body: @escaping @Sendable (PlainSession) throws -> Result
    ) async throws -> Result {
        try await plain.use { [tampering] session in
            try session.run("BEGIN")
            do {
                try tampering?(session)
                let result = try body(session)
                try session.run(tampering == nil ? "COMMIT" : "ROLLBACK")
                return result
            } catch {
                try session.run("ROLLBACK")
                throw error
            }
        }
    }

    func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        try await write { [names] session in
            try questions.map { question in
                let id = question.job.id.text
                let refusal = try session.refusal {
                    try session.run(
                        "UPDATE \(names.jobs) SET status = $1 WHERE id = $2", [question.to, id])
                }
                return try Self.answer(question.job, session, names, refusal)
            }
        }
    }

    private static func answer(
        _ job: JobRecord, _ session: PlainSession, _ names: TableNames, _ refusal: PlainFault?
    ) throws -> MoveAnswer {
        let found = try session.run("SELECT status FROM \(names.jobs) WHERE id = $1", [job.id.text]).rows
        let moves = try session.run(
            """
            SELECT from_status, to_status FROM \(names.history)
            WHERE job = $1 AND n > $2 AND kind = 'moved' ORDER BY n
            """, ["\(job.sequence)", "\(job.version)"])
        return MoveAnswer(
            accepted: refusal == nil, status: (found.first?[0]) ?? "(gone)",
            moves: moves.rows.map { .init(from: $0[0] ?? "", to: $0[1] ?? "") },
            words: refusal?.description ?? "")
    }

    func start(in statuses: [String]) async throws -> [Bool]? {
        try await write { [names, needs] session in
            try statuses.map { status in
                let id = JobID().text
                let refusal = try session.refusal {
                    try session.run(
                        "INSERT INTO \(names.jobs) (id, status, met) VALUES ($1, $2, $3)",
                        [id, status, needs])
                }
                let there =
                    try session.run("SELECT status FROM \(names.jobs) WHERE id = $1", [id]).rows.first?[0]
                guard (there == status) == (refusal == nil) else {
                    throw Conformance.Violation(
                        description: "a start in '\(status)' ended as \(there ?? refusal?.description ?? "")")
                }
                return there != nil
            }
        }
    }

    /// The literals of the named CHECK, as the database has it.
    func constraint() async throws -> [String]? {
        try await write { [names] session in
            let text = try Self.check(names, session)
            // No status of the lifecycles here has a quote in its name.
            return text.matches(of: /'([^']*)'/).map { String($0.output.1) }
        }
    }

    /// The named CHECK as the database says it; empty when there is none that is enforced.
    static func check(_ names: TableNames, _ session: PlainSession) throws -> String {
        let rows = try session.run(
            """
            SELECT pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = $1::regclass AND conname = $2
            """, [names.jobs, names.statusCheck]
        ).rows
        return rows.first?[0] ?? ""
    }
}
