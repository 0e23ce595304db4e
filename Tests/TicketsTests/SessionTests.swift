import AppSupport
import HTTPTypes
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import Testing

@testable import Tickets

/// Stage and status, through Swift and plain SQL; recovery; one open session for each user and site.
@Suite struct SessionTests {
    private static let anna = Desk.anna
    private static let ben = Desk.ben

    private static let pairs: Set<String> = [
        "site_info_collection/active", "upload/active", "processing/active", "processing/failed",
        "review/active",
        "jira_export/active", "jira_export/exporting", "jira_export/failed", "completed/completed",
    ]

    /// Each declared status shows its pair; plain SQL can neither write a pair that there is not, nor one that is another
    /// status's.
    @Test(arguments: StoreKind.allCases) func everyPairIsHeldByTheDatabase(kind: StoreKind) async throws {
        try await kind.open { store in
            let desk = try await Desk(store)
            var seen: Set<String> = []
            for status in TicketSession.allCases where status != .discarded {
                let id = try await desk.session(in: status)
                let row = try #require(try await desk.row(id))
                let pair = "\(row.currentStage.rawValue)/\(row.status.rawValue)"
                seen.insert(pair)
                #expect((row.completedAt != nil) == (status == .completed))
                for stage in SessionStage.allCases.map(\.rawValue) + ["done"] {
                    for state in SessionStatus.allCases.map(\.rawValue) + ["cancelled"] {
                        let write: @Sendable (any SQLTransaction) throws -> Void = { transaction in
                            try transaction.execute(
                                "UPDATE ticket_sessions SET current_stage = ?1, status = ?2 WHERE id = ?3",
                                stage,
                                state, id.text)
                        }
                        if "\(stage)/\(state)" == pair {
                            try await store.write(write)
                        } else {
                            let error = await #expect(
                                throws: SQLError.self, "\(pair) became \(stage)/\(state)"
                            ) {
                                try await store.write(write)
                            }
                            #expect(error?.kind == .constraint)
                        }
                    }
                }
            }
            #expect(seen == Self.pairs)
            // A row without a job, or with another stage than its job's, cannot come about either.
            let error = await #expect(throws: SQLError.self) {
                try await store.write {
                    try SessionTable.insert(
                        SessionRecord(
                            id: JobID(), jiraUserID: "anna", jiraDisplayName: "A", currentStage: .review,
                            status: .active, totalTicketsGenerated: 0, createdAt: Timestamp(microseconds: 0),
                            updatedAt: Timestamp(microseconds: 0)), in: $0)
                }
            }
            #expect(error?.kind == .constraint)
        }
    }

    @Test func aStageIsFollowedByOneStageOnly() throws {
        var session = SessionRecord(
            id: JobID(), jiraUserID: "anna", jiraDisplayName: "A", currentStage: .siteInfoCollection,
            status: .active, totalTicketsGenerated: 0, createdAt: Timestamp(microseconds: 0),
            updatedAt: Timestamp(microseconds: 0))
        for (place, stage) in SessionStage.allCases.enumerated() {
            session.currentStage = stage
            for (other, target) in SessionStage.allCases.enumerated() {
                #expect(session.canTransition(to: target) == (other == place + 1))
                #expect(
                    session.obstacle(to: target)
                        == (other == place + 1
                            ? nil : "Cannot transition from \(stage.rawValue) to \(target.rawValue)"))
            }
        }
        #expect(session.dictionary.count == 13)
        #expect(session.dictionary["site_name"] == .null)
    }

    @Test(arguments: StoreKind.allCases) func fiftyBeginOne(kind: StoreKind) async throws {
        try await kind.open { store in
            let desk = try await Desk(store)
            let results = await withTaskGroup(of: Result<JobID, any Error>.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do { return .success(try await desk.start("example.org").id) } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: [Result<JobID, any Error>]()) { $0.append($1) }
            }
            let made = results.compactMap { try? $0.get() }
            #expect(made.count == 1)
            for case .failure(let error) in results {
                let problem = try #require(error as? Problem, "\(error)")
                #expect(
                    problem.detail == "Session already exists for this context" && problem.status.code == 409)
                #expect(problem.extensions["session_id"]?.text == made.first?.text)
            }
            #expect(try await desk.jobs.find { $0.limit = 100 }.count == 1)
            // Another user, another site, and after the end the same one again.
            _ = try await desk.start("example.org", as: "ben")
            let other = try await desk.start("example.net")
            let taken = await #expect(throws: Problem.self) {
                _ = try await desk.sessions.describe(
                    other.id, as: .init(name: "example.org"), by: Self.anna)
            }
            #expect(taken?.extensions["session_id"]?.text == made.first?.text)
            #expect(try await desk.row(other.id)?.currentStage == .siteInfoCollection)
            try await desk.sessions.delete(try #require(made.first), by: Self.anna)
            _ = try await desk.start("example.org")
        }
    }

    /// To the second, and in the words that are kept in the history.
    @Test(arguments: StoreKind.allCases) func recoveryHasAWindow(kind: StoreKind) async throws {
        let time = TestTime()
        try await kind.open(time) { store in
            let desk = try await Desk(store)
            let first = try await desk.start("one")
            time.advance(by: .seconds(86_400))
            let second = try await desk.start("two")
            let found = try await desk.sessions.incomplete(of: "anna", by: Self.anna.actor)
            #expect(found.map(\.id) == [second.id, first.id])
            #expect(try await desk.sessions.incomplete(of: "ben", by: Self.ben.actor).isEmpty)
            let words = "Session recovery initiated for user anna, found 2 incomplete sessions"
            for id in found.map(\.id) {
                #expect(try await desk.jobs.history(of: id).contains { $0.reason == words })
            }
            // Six days later the first one was touched seven days ago, to the second.
            time.advance(by: .seconds(6 * 86_400))
            let now = time.now()
            #expect(try #require(try await desk.row(first.id)).isRecoverable(at: now))
            #expect(
                try #require(try await desk.row(first.id)).isRecoverable(at: now + .microseconds(1)) == false)
            let recovered = try await desk.sessions.recover(first.id, by: Self.anna)
            #expect(recovered.updatedAt == now && recovered.siteName == "one")
            let told = "Session \(first.id) recovered from stage site_info_collection, created 7 days ago"
            #expect(try await desk.jobs.history(of: first.id).contains { $0.reason == told })
            time.advance(by: .seconds(7 * 86_400 + 1))
            let late = await #expect(throws: Problem.self) {
                _ = try await desk.sessions.recover(first.id, by: Self.anna)
            }
            #expect(late?.code == "not_recoverable")
        }
    }

    /// A session that is thrown away leaves no row, whoever does it.
    @Test(arguments: StoreKind.allCases) func nothingIsLeft(kind: StoreKind) async throws {
        try await kind.open { store in
            let desk = try await Desk(store)
            for status in TicketSession.allCases where status != .discarded && status != .exporting {
                let id = try await desk.session(in: status)
                try await store.write { transaction in
                    try transaction.execute(
                        "INSERT INTO tickets (id, session_id, place, subject, draft) VALUES (?1, ?2, 1, 'view:a', '{}')",
                        JobID().text,
                        id.text)
                    try transaction.execute(
                        "INSERT INTO ticket_errors (session_id, at, audience, code, message) VALUES (?1, 0, 'a', 'b', 'c')",
                        id.text)
                }
                try await desk.sessions.delete(id, by: Self.anna)
            }
            // By an operator, on the road that all jobs go.
            let id = try await desk.session(in: .review)
            try await desk.jobs.cancel(id, by: .operator("olga"))
            #expect(try await desk.row(id) == nil)
            try await desk.jobs.apply(.erase, to: id, by: .operator("olga"))
            for table in ["ticket_sessions", "tickets", "ticket_errors", store.dialect.jobs(of: "tickets")] {
                let rows = try await store.read { try $0.query("SELECT count(*) FROM \(table)") }
                #expect(rows.first?[0].integer == 0, "\(table)")
            }
        }
    }
}
