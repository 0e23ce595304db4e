#if os(Linux)
    import AppSupport
    import FakeJira
    import FakeJiraServing
    import Foundation
    import Lockstep
    import LockstepServer
    import LockstepSQL
    import LockstepSQLite
    import LockstepTesting
    import LockstepUploads
    import PostgresSupport
    import Synchronization
    import Testing
    import TicketDrafting
    import TicketExport

    @testable import Tickets

    /// Workers are killed while they export tickets: before a call to Jira, during one, and after it. In the end every
    /// approved ticket is in Jira exactly once.
    @Suite(.serialized) struct TicketKillTests {
        /// When a worker is killed.
        enum Moment: Sendable, CaseIterable {
            /// Jira has the call, and does nothing about it: the worker dies first.
            case unheard
            /// Jira has done what was asked, and the answer has not left.
            case unanswered
            /// The answer has left; the next call may be under way or not.
            case between
        }

        /// A kill to come: with the call of this number, from now on.
        private struct Order {
            var call: Int
            var moment: Moment
        }

        /// Who is to be killed, and when; Jira tells of each call.
        private final class Executioner: Sendable {
            private struct State {
                var order: Order?
                var victim: Program?
            }
            private let state = Mutex(State())

            /// - Returns: whether it is the next call that is not to be heard.
            func order(_ call: Int, _ moment: Moment, of victim: Program) -> Bool {
                state.withLock {
                    $0 = State(order: Order(call: call, moment: moment), victim: victim)
                    return moment == .unheard && call == 1
                }
            }

            func forget() { state.withLock { $0 = State() } }

            /// A call was handled, or dropped.
            /// - Returns: whether the next one is not to be heard.
            func called() -> Bool {
                state.withLock { state in
                    guard var order = state.order, let victim = state.victim else { return false }
                    order.call -= 1
                    state.order = order
                    if order.call > 0 { return order.call == 1 && order.moment == .unheard }
                    state.order = nil
                    guard order.moment == .between else {
                        victim.strike()
                        return false
                    }
                    // Somewhere in the time in which an answer is read, recorded and followed by the next call.
                    DispatchQueue.global().asyncAfter(
                        deadline: .now() + .microseconds(.random(in: 0...30_000))
                    ) { victim.strike() }
                    return false
                }
            }
        }

        @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
        func everyMomentOnce(kind: StoreKind) async throws {
            try await Self.campaign(on: kind, kills: 6)
        }

        /// - Parameter kills: how many there must be.
        static func campaign(on kind: StoreKind, kills: Int) async throws {
            var random = SeededGenerator(seed: testSeed("tickets killed on \(kind.rawValue)"))
            var result = CampaignResult(
                "workers killed while they export tickets, on \(kind.rawValue)", unit: "kills")
            var counts: [Moment: Int] = [:]
            var (sessions, tickets, found) = (0, 0, 0)
            try await Place.run(on: kind) { place in
                while result.rounds < kills {
                    let count = [3, 20, 60][sessions % 3]
                    let lag = [0, 4, 1_000_000][Int.random(in: 0..<3, using: &random)]
                    place.jira.change { $0.searchLag = lag }
                    let id = try await place.session(count)
                    for _ in 0..<4 where result.rounds < kills {
                        let moment = Moment.allCases[result.rounds % 3]
                        let call = Int.random(in: 1...3, using: &random)
                        guard try await place.kill(at: call, moment, workingOn: id) else { break }
                        counts[moment, default: 0] += 1
                        result.rounds += 1
                    }
                    let missing = try await place.finish(id)
                    found += count - missing.count
                    result.violations += missing.count
                    #expect(missing == [], "seeded; lag \(lag), \(count) tickets")
                    sessions += 1
                    tickets += count
                    if kills > 10 { print("exports killed: \(result.rounds) of \(kills)") }
                }
            }
            result.details =
                Moment.allCases.map { "\(counts[$0, default: 0]) \($0)" }.joined(separator: ", ")
                + "; \(sessions) sessions, \(found) of \(tickets) tickets in Jira exactly once"
            try result.record()
        }

        /// An installation whose workers export to a Jira of this process.
        private struct Place: Sendable {
            let data: String
            let environment: [String: String]
            let store: any SQLStore
            let jobs: Jobs<TicketSession>
            let sessions: SessionRepository
            let jira: FakeJiraServer
            private let executioner: Executioner
            private static let anna = Identity(user: "anna", role: .client)

            static func run(
                on kind: StoreKind, _ body: (Place) async throws -> Void
            ) async throws {
                let database: FreshDatabase? =
                    if kind == .postgres { try await FreshDatabase() } else { nil }
                let scratch = try Scratch()
                let data = scratch.path("data")
                try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
                let store: any SQLStore =
                    if let database { try await database.store() } else {
                        try await SQLiteStore(path: data + "/lockstep.sqlite")
                    }
                let executioner = Executioner()
                let server = Mutex<FakeJiraServer?>(nil)
                let jira = FakeJiraServer(
                    FakeJira(email: "a@example.org", token: "secret"), logger: Serving.silence,
                    onRequest: { _ in
                        guard executioner.called() else { return }
                        server.withLock { $0 }?.change { $0.troubles = [.init(.dropRequest)] }
                    })
                server.withLock { $0 = jira }
                let app = try await TicketsApp(
                    store: store, storage: try await DiskStorage(data + "/uploads", time: store.time),
                    folder: data + "/tickets",
                    services: SessionServices(jira: JiraConnection(NoJira()) { $0 }), logger: Serving.silence)
                try await jira.serving { url in
                    var environment = [
                        "LOCKSTEP_JIRA_URL": url, "LOCKSTEP_JIRA_EMAIL": "a@example.org",
                        "LOCKSTEP_JIRA_TOKEN": "secret", "LOCKSTEP_STORE": "sqlite",
                    ]
                    if let database { environment["LOCKSTEP_STORE"] = try database.address() }
                    try await body(
                        Place(
                            data: data, environment: environment, store: store,
                            jobs: try await Jobs(on: store),
                            sessions: app.sessions, jira: jira, executioner: executioner))
                }
                server.withLock { $0 = nil }
                withExtendedLifetime((database, scratch)) {}
            }

            private func worker(_ name: String) throws -> Program {
                try Program.worker(
                    data: data, name: name, environment: environment, arguments: ["--jira-patience", "2"])
            }

            /// A session whose tickets were approved.
            func session(_ count: Int) async throws -> JobID {
                let session = try await sessions.start(
                    .init(displayName: "Anna", siteName: "site \(JobID().text)"), user: "anna")
                for status in [TicketSession.upload, .processing] {
                    try await jobs.move(session.id, to: status, by: .operator("olga"))
                }
                _ = try await WorkerUnderTest(on: store) {
                    Handler(TicketSession.processing) { work in
                        work.alsoSQL { transaction in
                            for place in 1...count {
                                let draft = TicketDraft(
                                    subject: SiteSubject(.view, "view-\(place)"), summary: "Ticket \(place)",
                                    body: "What it is about.", criteria: ["It is there once."])
                                try TicketTable.insert(
                                    Ticket(id: JobID(), session: work.id, place: place, draft: draft),
                                    in: transaction)
                            }
                        }
                        return .review
                    }
                }.run(session.id, of: TicketSession.self)
                _ = try await sessions.export(session.id, to: "WEB", by: Self.anna)
                return session.id
            }

            /// Lets a worker export until it is killed.
            /// - Returns: whether it was; the export may have been over before.
            func kill(at call: Int, _ moment: Moment, workingOn id: JobID) async throws -> Bool {
                let victim = try worker("victim")
                if executioner.order(call, moment, of: victim) {
                    jira.change { $0.troubles = [.init(.dropRequest)] }
                }
                let jobs = jobs
                let isDead = try await withThrowingTaskGroup(of: Bool?.self) { group in
                    group.addTask { await victim.wasKilled() }
                    group.addTask {
                        _ = try await jobs.end(of: id)
                        return nil
                    }
                    let first = try await group.next() ?? nil
                    if first == nil { victim.strike() }
                    group.cancelAll()
                    return first ?? false
                }
                executioner.forget()
                jira.change { $0.troubles = [] }
                return isDead
            }

            /// Lets another worker finish.
            /// - Returns: the tickets that are not in Jira exactly once, under the key that is told.
            func finish(_ id: JobID) async throws -> [String] {
                let heir = try worker("heir")
                let job = try await jobs.end(of: id)
                await heir.stop()
                #expect(job.status == .completed, "\(job.record)")
                let issues = jira.read { $0.issues }
                let tickets = try await sessions.tickets(of: id, for: Self.anna)
                return tickets.filter { ticket in
                    let found = issues.filter { $0.labels.contains("lockstep-\(ticket.id)") }
                    return found.count != 1 || found.first?.key != ticket.jiraKey
                }.map { "\($0.draft.summary) as \($0.jiraKey ?? "nothing")" }
            }
        }

        /// The process of the test exports nothing itself.
        private struct NoJira: JiraTransport {
            func send(_ request: JiraRequest) async throws -> JiraAnswer { throw JiraUnsent("no line") }
        }
    }

    /// Two hundred kills on either store; only `make torture` has the time.
    @Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
    struct TicketKillTortureTests {
        @Test(.timeLimit(.minutes(60)), arguments: StoreKind.allCases)
        func twoHundredKills(kind: StoreKind) async throws {
            try await TicketKillTests.campaign(on: kind, kills: 200)
        }
    }
#endif
