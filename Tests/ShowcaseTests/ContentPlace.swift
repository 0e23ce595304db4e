#if os(Linux)
    import AppSupport
    import Foundation
    import Lockstep
    import LockstepSQL
    import LockstepSQLite
    import LockstepTesting
    import LockstepUploads
    import NIOHTTP1
    import PostgresSupport
    import Synchronization
    import Testing

    @testable import Content

    /// An installation whose workers are killed: a server of its own, on either store, and what is known of its requests.
    struct ContentPlace: Sendable {
        let data: String
        /// Where it hears of notices.
        let receiver: WebhookReceiver
        private let environment: [String: String]
        let caller: Caller
        let store: any SQLStore
        let jobs: Jobs<ContentRequest>
        let app: ContentApp

        /// The statuses in which somebody works, in their order.
        static let stages: [ContentRequest] = [
            .validating, .retrieving, .generatingScript, .generatingVideo, .processingVideo, .notifying,
        ]

        /// What the stages leave behind, in their order: the first one nothing, each of the next four one of these.
        static let recorded = ["passages", "script", "footage", "video"]

        /// The place of a status among the stages. What waits counts as being validated: a claim leads there.
        static func place(of status: ContentRequest) -> Int {
            stages.firstIndex(of: status == .pending ? .validating : status) ?? stages.count
        }

        /// Serves an installation while `body` runs; it has no worker.
        static func run<Result: Sendable>(
            on kind: StoreKind, _ body: @Sendable (ContentPlace) async throws -> Result
        ) async throws -> Result {
            let database: FreshDatabase? = if kind == .postgres { try await FreshDatabase() } else { nil }
            var environment = ["LOCKSTEP_WEBHOOK_ALLOW": "127.0.0.1/32", "LOCKSTEP_STORE": "sqlite"]
            if let database { environment["LOCKSTEP_STORE"] = try database.address() }
            let scratch = try Scratch()
            let data = scratch.path("data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let server = try await Program.server(data: data, environment: environment)
            let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let store: any SQLStore =
                if let database { try await database.store() } else {
                    try await SQLiteStore(path: data + "/lockstep.sqlite")
                }
            let app = try await ContentApp(
                store: store, storage: try await DiskStorage(data + "/uploads", time: store.time),
                scratch: data + "/scratch", logger: Serving.silence)
            let jobs = try await Jobs<ContentRequest>(on: store)
            let (found, receiver) = (environment, WebhookReceiver())
            let result = Mutex<Result?>(nil)
            try await Serving.run(try receiver.router()) { port in
                receiver.port = port
                let place = ContentPlace(
                    data: data, receiver: receiver, environment: found,
                    caller: Caller(port: server.port, token: token), store: store, jobs: jobs, app: app)
                let value = try await body(place)
                result.withLock { $0 = value }
            }
            await server.stop()
            withExtendedLifetime((database, scratch)) {}
            return try #require(result.withLock { $0 })
        }

        /// A worker of the installation.
        func worker(_ name: String, lease: Int = 1, crashAt point: String? = nil) throws -> Program {
            try Program.worker(
                data: data, name: name, lease: lease, environment: environment, crashAt: point)
        }

        // MARK: Requests

        /// Asks, and wants to be told at the receiver.
        func ask() async throws -> JobID {
            let body =
                #"{"question":"Why is the sky blue?","notify":{"webhook":"http://127.0.0.1:\#(receiver.port)/told"}}"#
            let answer = try await caller.call(.POST, "/api/content/requests", body: body)
            return try #require(answer.body["id"].flatMap { JobID($0) }, "\(answer.text)")
        }

        /// Waits until somebody works on a request in a status, at this progress or later.
        /// - Returns: whether that was seen; `false` when it was past it.
        func seen(_ id: JobID, in stage: ContentRequest, progress: Int) async throws -> Bool {
            for try await job in jobs.watch(id, interval: .milliseconds(2)) {
                guard let now = job.status.declared else { return false }
                if now == stage, job.record.claimedBy != nil, job.progress >= progress { return true }
                if Self.place(of: now) > Self.place(of: stage) { return false }
            }
            return false
        }

        /// A request's job, what the table of requests says, and what its stages have come to, under which claims and
        /// when, all at one moment.
        func look(at id: JobID) async throws -> (
            job: Job<ContentRequest>, shown: String?, [String: [SQLValue]]
        ) {
            while true {
                let job = try #require(await jobs.find(id))
                let (shown, rows) = try await store.read { reading in
                    (
                        try reading.query(
                            "SELECT CAST(status AS TEXT) FROM content_requests WHERE id = ?1", id.text),
                        try reading.query(
                            "SELECT stage, document, fence, created_at FROM content_results WHERE request_id = ?1",
                            id.text)
                    )
                }
                // What a killed process has sent to a server may come to its end there after it.
                guard try await jobs.find(id)?.record == job.record else { continue }
                let results = rows.map { row in (row[0].text ?? "", [row[1], row[2], row[3]]) }
                return (job, shown.first?[0].text, Dictionary(uniqueKeysWithValues: results))
            }
        }

        /// The names of the files of a request that can be read.
        func artefacts(of id: JobID) async throws -> [String] {
            try await store.read {
                try $0.query("SELECT name FROM content_artefacts WHERE job_id = ?1 ORDER BY name", id.text)
            }.compactMap { $0[0].text }
        }

        // MARK: Files and programs

        /// What the cleaner beside every server does each minute.
        func cleanUp() async throws { try await app.service.cleanUp(scratch: data + "/scratch") }

        /// The objects of a request, what of it is on its way into the storage, and all files that are worked on.
        func files(of id: JobID) -> [String] {
            ["uploads/objects", "uploads/incoming", "scratch"].flatMap { folder in
                // What goes while it is looked at is not there.
                let names = FileManager.default.enumerator(atPath: "\(data)/\(folder)")
                return (names?.compactMap { $0 as? String } ?? [])
                    .filter { folder == "scratch" || $0.contains(id.text) }.map { "\(folder)/\($0)" }
            }
        }

        /// The same, once there are none or this time is over.
        func files(of id: JobID, emptyWithin limit: Duration) async -> [String] {
            let beginning = ContinuousClock.now
            while true {
                let left = files(of: id)
                if left.isEmpty || ContinuousClock.now - beginning > limit { return left }
                await Task.yield()
            }
        }

        /// The processes that work in the folder for work, zombies aside.
        func programs() -> [Int32] {
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.compactMap { Int32($0) }.filter { pid in
                // Of a process that has just ended nothing can be read.
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"))?
                    .hasPrefix(data + "/scratch/") ?? false
            }
        }

        /// Waits until no program is left.
        /// - Returns: how long that took since `moment`.
        func untilQuiet(since moment: ContinuousClock.Instant) async -> Duration {
            var left = programs()
            while !left.isEmpty, ContinuousClock.now - moment < .seconds(10) {
                await Task.yield()
                left = programs()
            }
            let time = ContinuousClock.now - moment
            #expect(left.isEmpty, "\(left) are still there after \(time)")
            return time
        }
    }
#endif
