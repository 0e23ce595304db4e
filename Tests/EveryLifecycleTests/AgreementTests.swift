import Lockstep
import LockstepTesting
import PostgresSupport
import Testing

/// Every way of moving a job agrees with the table of its lifecycle, cell by cell: all moves between any two
/// statuses, for every actor, and all starts.
@Suite(.timeLimit(.minutes(5))) struct AgreementTests {
    @Test(arguments: Listed.asked)
    func theSwiftAPIInMemory(_ listed: Listed) async throws {
        let bench = Bench.inMemory(listed)
        expectNone(try await bench.check.mismatches(of: StoreFace("Swift, in memory", bench.journeys)))
    }

    @Test(arguments: Listed.asked)
    func theSwiftAPIOnSQLite(_ listed: Listed) async throws {
        let bench = try await Bench.onSQLite(listed)
        expectNone(try await bench.check.mismatches(of: StoreFace("Swift, SQLite", bench.journeys)))
    }

    @Test(arguments: Listed.asked)
    func theSwiftAPIOnPostgreSQL(_ listed: Listed) async throws {
        let bench = try await Bench.onPostgres(listed)
        expectNone(try await bench.check.mismatches(of: StoreFace("Swift, PostgreSQL", bench.journeys)))
    }

    @Test(arguments: Listed.asked)
    func theTypedSwiftAPI(_ listed: Listed) async throws {
        for bench in [Bench.inMemory(listed), try await Bench.onPostgres(listed)] {
            expectNone(try await bench.check.mismatches(of: try await listed.jobs(bench.store)))
        }
    }

    @Test(arguments: Listed.asked)
    func theChangesThatNameNoTarget(_ listed: Listed) async throws {
        for bench in try await Bench.onEvery(listed) {
            expectNone(try await VerbCheck(listed.definition, bench.journeys).mismatches())
        }
    }

    @Test(arguments: Listed.asked)
    func whatHandlersReturn(_ listed: Listed) async throws {
        for bench in try await Bench.onEvery(listed) {
            expectNone(try await bench.check.mismatches(of: listed.workers(bench.store)))
        }
    }

    @Test(arguments: Listed.asked)
    func theHTTPAPI(_ listed: Listed) async throws {
        try await Self.expectHTTPAgrees(listed, Bench.inMemory(listed))
    }

    @Test(arguments: Listed.asked)
    func theHTTPAPIOnPostgreSQL(_ listed: Listed) async throws {
        try await Self.expectHTTPAgrees(listed, try await Bench.onPostgres(listed))
    }

    private static func expectHTTPAgrees(_ listed: Listed, _ bench: Bench) async throws {
        _ = try await bench.journeys.jobs(in: listed.definition.initial[0], 1)
        try await HTTPFace.serving(listed, on: bench.store) { face in
            expectNone(try await bench.check.mismatches(of: face))
            // Workers have no business there.
            for from in bench.check.table.statuses {
                let questions = try await bench.check.questions(from: from, for: face)
                #expect(try await face.refusalsOfWorkers(questions) == questions.count)
            }
        }
    }

    @Test(arguments: Listed.asked)
    func plainSQLOnSQLite(_ listed: Listed) async throws {
        let bench = try await Bench.onSQLite(listed)
        let face = try PlainSQLFace(listed.definition, path: try #require(bench.scratch).database)
        expectNone(try await bench.check.mismatches(of: face))
    }

    @Test(arguments: Listed.asked)
    func plainSQLOnPostgreSQL(_ listed: Listed) async throws {
        let bench = try await Bench.onPostgres(listed)
        let face = PostgresFace(listed.definition, try await #require(bench.database).plain())
        expectNone(try await bench.check.mismatches(of: face))
    }
}
