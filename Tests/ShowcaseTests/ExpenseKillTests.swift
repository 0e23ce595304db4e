#if os(Linux)
    import AppSupport
    import Foundation
    import Lockstep
    import LockstepSQL
    import LockstepSQLite
    import LockstepTesting
    import NIOHTTP1
    import Testing

    @testable import Expenses

    /// Workers are killed at every boundary of the stages of a session and in the middle of each: another one goes on,
    /// and the report is the one that nobody was killed for, byte for byte but for its time stamps.
    @Suite(.serialized) struct ExpenseKillTests {
        /// When a worker is killed.
        enum Moment: Sendable, CustomStringConvertible {
            /// At a named place, the so-manieth time that it comes there (CrashPoint).
            case point(String)
            /// When the session is seen in a status, worked on, at this progress or later.
            case seen(ExpenseSession, progress: Int)

            var description: String {
                switch self {
                case .point(let point): "at \(point)"
                case .seen(let status, let progress): "in \(status.rawValue) from \(progress) % on"
                }
            }
        }

        /// Around each move: the stage's work is done and its move not written; it is written and the worker does not
        /// know.
        private static let boundaries: [Moment] = [
            .point("claim.written:1"), .point("claim.committed:1"), .point("worker.finished:1"),
            .point("worker.finished:2"), .point("worker.finished:3"), .point("worker.applied:1"),
            .point("worker.applied:2"), .point("worker.applied:3"), .point("worker.applied:4"),
        ]
        private static let middles: [Moment] = [
            .seen(.processing, progress: 0), .seen(.extracting, progress: 0),
            .seen(.extracting, progress: 20),
            .seen(.extracting, progress: 50), .seen(.matching, progress: 0),
        ]
        /// While a file's state, what was read in it, or the report is being written.
        private static let commits: [Moment] = (2...9).flatMap {
            [.point("commit.before:\($0)"), .point("commit.after:\($0)")]
        }

        @Test(.timeLimit(.minutes(4))) func atEveryBoundaryAndInEveryStage() async throws {
            try await Self.campaign(Self.boundaries + Self.middles)
        }

        static func torture() async throws {
            let all = boundaries + middles + commits
            try await campaign((0..<3).flatMap { _ in all })
        }

        static func campaign(_ moments: [Moment]) async throws {
            var result = CampaignResult("workers killed in the stages of expense sessions", unit: "kills")
            let scratch = try Scratch()
            let data = scratch.path("data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let server = try await Program.server(data: data)
            let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let caller = Caller(port: server.port, token: token)
            let directory = try String(decoding: Self.sample("directory.json"), as: UTF8.self)
            let put = try await caller.call(
                .PUT, "/api/expenses/employees", body: "{\"employees\": \(directory)}")
            #expect(put.status == 200, "\(put.text)")
            let place = try await Place(
                data: data, caller: caller, store: SQLiteStore(path: data + "/lockstep.sqlite"))

            // The one that nobody is killed for.
            let calm = try await place.upload()
            let worker = try Program.worker(data: data, name: "calm")
            try await place.end(of: calm)
            await worker.stop()
            let wanted = try #require(try await place.reports.find(calm))
            #expect(!wanted.lines.isEmpty && wanted.sources.count == 3)

            var (killed, byStatus): (Int, [String: Int]) = (0, [:])
            for (round, moment) in moments.enumerated() {
                let session = try await place.upload()
                guard let status = try await place.kill(moment, in: session, round) else { continue }
                killed += 1
                byStatus[status, default: 0] += 1
                try await place.finish(session, wanted, "\(moment)")
            }
            await server.stop()
            // Some moments are over before they can be seen; a campaign without them would prove nothing.
            for status in ["processing", "extracting", "matching"] {
                #expect(byStatus[status, default: 0] > 0, "no worker was killed in '\(status)'")
            }
            result.rounds = killed
            let counts = byStatus.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
            result.details =
                "\(counts.joined(separator: ", ")); \(moments.count - killed) moments had passed; every report the same in "
                + "three formats"
            try result.record()
        }

        /// An installation and what is known about its sessions.
        private struct Place {
            let data: String
            let caller: Caller
            let store: SQLiteStore
            let jobs: Jobs<ExpenseSession>
            var reports: ReportTable { ReportTable(store: store) }

            init(data: String, caller: Caller, store: SQLiteStore) async throws {
                (self.data, self.caller, self.store) = (data, caller, store)
                jobs = try await Jobs(on: store)
            }

            /// Three statements, the first of which takes a while.
            func upload() async throws -> JobID {
                var form = MultipartBody()
                for name in ["3-long", "2-three-a", "5-credits"] {
                    form.add(
                        try sample("\(name).pdf"), named: "\(name).pdf", as: "files", type: "application/pdf")
                }
                let answer = try await caller.upload(form, to: "/api/expenses/sessions")
                return try #require(answer.body["id"].flatMap { JobID($0) }, "\(answer.text)")
            }

            func end(of session: JobID) async throws {
                for try await _ in jobs.watch(session, interval: .milliseconds(20)) {}
                #expect(try #require(await jobs.find(session)).status == .completed)
            }

            /// Lets a worker work until it is killed.
            /// - Returns: the status that the session was left in; `nil` when it had ended before.
            func kill(_ moment: Moment, in session: JobID, _ round: Int) async throws -> String? {
                switch moment {
                case .point(let point):
                    let victim = try Program.worker(data: data, name: "victim-\(round)", crashAt: point)
                    // It is killed, or the session ends without it having come there.
                    let watching = Task {
                        for try await _ in jobs.watch(session, interval: .milliseconds(20)) {}
                        await victim.stop()
                    }
                    _ = await victim.wasKilled()
                    watching.cancel()
                    _ = await watching.result
                case .seen(let status, let progress):
                    let victim = try Program.worker(data: data, name: "victim-\(round)")
                    for try await job in jobs.watch(session, interval: .milliseconds(2))
                    where job.status == status && job.record.claimedBy != nil && job.progress >= progress {
                        break
                    }
                    await victim.kill()
                }
                guard let job = try await jobs.find(session), job.isLive else {
                    print("expense kill \(moment): the session had ended before")
                    return nil
                }
                #expect(
                    try await reports.find(session) == nil, "a report is there before its session has ended")
                return job.record.status
            }

            /// Lets another worker finish, and holds what it comes to against what it should be.
            func finish(_ session: JobID, _ wanted: SessionReport, _ moment: String) async throws {
                let heir = try Program.worker(data: data, name: "heir")
                try await end(of: session)
                await heir.stop()
                let history = try await jobs.history(of: session)
                #expect(history.map(\.number) == Array(1...Int64(history.count)))
                #expect(
                    history.filter { $0.from != $0.to }.map(\.to) == [
                        "processing", "extracting", "matching", "completed",
                    ], "\(moment)")
                let row = try #require(try await SessionTable(store: store).find([session])[session])
                let folder = data + "/expenses/scratch"
                for (format, bytes) in [
                    ("csv", Array(CSVReport(report: wanted).text().utf8)),
                    ("xlsx", try XLSXReport(report: wanted, created: row.createdAt, scratch: folder).bytes()),
                    (
                        "pdf",
                        try PDFReport(report: wanted, session: session, created: row.createdAt).bytes()
                    ),
                ] {
                    let path = "/api/expenses/sessions/\(session)/report?format=\(format)"
                    let found = try await caller.download(path)
                    #expect(found == Data(bytes), "\(format), killed \(moment)")
                }
                // Nothing of the lost attempt's is left where files are worked on.
                let left = try FileManager.default.contentsOfDirectory(atPath: folder)
                #expect(left.isEmpty, "\(moment): \(left)")
            }
        }

        private static func sample(_ name: String) throws -> Data {
            try Data(
                contentsOf: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().appending(path: "Apps/Expenses/Samples/\(name)"))
        }
    }

    /// Every moment three times; only `make torture` has the time.
    @Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
    struct ExpenseKillTortureTests {
        @Test(.timeLimit(.minutes(30))) func everyMomentThreeTimes() async throws {
            try await ExpenseKillTests.torture()
        }
    }
#endif
