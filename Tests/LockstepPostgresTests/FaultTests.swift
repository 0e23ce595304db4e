import Lockstep
import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// What the server's refusals become.
@Suite(.timeLimit(.minutes(1))) struct FaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let state: String
        let kind: SQLError.Kind
        init(_ state: String, _ kind: SQLError.Kind) { (self.state, self.kind) = (state, kind) }
        var testDescription: String { state }
    }

    static let cases: [Case] = [
        .init("23505", .constraint), .init("22P02", .constraint), .init("P0001", .constraint),
        .init("LS001", .constraint), .init("42P01", .statement), .init("0A000", .statement),
        .init("26000", .statement), .init("25P02", .statement), .init("40001", .busy), .init("40P01", .busy),
        .init("55P03", .busy), .init("57014", .busy), .init("53100", .full), .init("58030", .storage),
        .init("XX001", .storage), .init("XX002", .storage), .init("08006", .connection),
        .init("57P01", .connection), .init("57P02", .connection), .init("57P03", .connection),
        .init("53300", .connection), .init("40003", .unknown), .init("08007", .unknown),
        .init("XX000", .other),
    ]

    @Test(arguments: cases) func everyStateHasItsKind(_ one: Case) async throws {
        try await PostgresServer.withPool { pool in
            let error = await expectRefusal(one.kind) {
                try await pool.use {
                    try $0.execute(
                        "DO $$ BEGIN RAISE 'no' USING ERRCODE = '\(one.state)', DETAIL = 'why'; END $$")
                }
            }
            #expect(error?.message == "no (why)")
        }
    }

    @Test func theRefuserIsNamed() async throws {
        try await PostgresServer.withPool { pool in
            let trigger = await expectRefusal(.constraint) {
                try await pool.use {
                    try $0.execute("DO $$ BEGIN RAISE 'trg_job_move: no such move'; END $$")
                }
            }
            #expect(trigger?.constraint == "trg_job_move")
            let named = await expectRefusal(.constraint) {
                try await pool.use {
                    try $0.execute(
                        "DO $$ BEGIN RAISE 'no' USING ERRCODE = '23514', CONSTRAINT = 'chk_x'; END $$")
                }
            }
            #expect(named?.constraint == "chk_x")
            let other = await expectRefusal(.statement) { try await pool.use { try $0.execute("SELEC 1") } }
            #expect(other?.constraint == nil)
        }
    }

    @Test func theFailuresSayWhomTheyAreFor() {
        let unknown = SQLError(kind: .unknown, message: "m").failure
        #expect(unknown.code == "outcome_unknown" && unknown.audience == .temporary)
        let connection = SQLError(kind: .connection, message: "m").failure
        #expect(connection.code == "database_connection" && connection.audience == .temporary)
    }

    @Test func whatMayHaveCommittedIsKnownFromTheStatements() {
        func mayCommit(_ texts: String..., isInTransaction: Bool = false) -> Bool {
            PGTransactionEffect.mayCommit(
                texts.map { PGTransactionEffect(of: $0) }, isInTransaction: isInTransaction)
        }
        #expect(mayCommit("INSERT INTO t VALUES (1)"))
        #expect(!mayCommit("INSERT INTO t VALUES (1)", isInTransaction: true))
        #expect(!mayCommit("begin;", "INSERT INTO t VALUES (1)"))
        #expect(mayCommit("BEGIN", "INSERT INTO t VALUES (1)", "commit"))
        #expect(mayCommit("  END", isInTransaction: true))
        #expect(mayCommit("PREPARE TRANSACTION 'x'", isInTransaction: true))
        #expect(!mayCommit("ROLLBACK", isInTransaction: true))
        #expect(!mayCommit("ROLLBACK TO SAVEPOINT a", "SELECT 1", isInTransaction: true))
        #expect(mayCommit("ROLLBACK", "INSERT INTO t VALUES (1)", isInTransaction: true))
        #expect(!mayCommit("START TRANSACTION READ ONLY", "SELECT 1"))
        #expect(mayCommit("/* perhaps */ COMMIT", isInTransaction: true))
    }
}
