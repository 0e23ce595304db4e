#if os(Linux)
    import Foundation
    import Lockstep
    import LockstepSQL
    import LockstepSQLite
    import LockstepTesting
    import NIOHTTP1
    import Testing
    import Video

    /// Workers are killed while they look deeply at a video: another one goes on there, nothing is found twice, nothing
    /// half made is seen, and no ffmpeg is left.
    @Suite(.serialized) struct VideoKillTests {
        @Test(.timeLimit(.minutes(4))) func twoKillsInTheDeepAnalysis() async throws {
            try await Self.campaign(kills: 2)
        }

        static func campaign(kills: Int) async throws {
            var random = SeededGenerator(seed: testSeed("video kills"))
            var result = CampaignResult("workers killed in the deep analysis of videos", unit: "kills")
            let scratch = try Scratch()
            let data = scratch.path("data")
            try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
            let film = try await clip(in: scratch.path("clips"))
            let server = try await Program.server(data: data)
            let token = try String(contentsOfFile: data + "/client.token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let caller = Caller(port: server.port, token: token)
            let store = try await SQLiteStore(path: data + "/lockstep.sqlite")
            let jobs = try await Jobs<VideoJob>(on: store)
            var (slowest, inFlight) = (Duration.zero, 0)
            for round in 0..<kills {
                let floor = Int.random(in: 0...90, using: &random)
                let (time, wasRunning) = try await oneKill(
                    data: data, round: round, atProgress: floor, film, caller, store, jobs)
                slowest = max(slowest, time)
                inFlight += wasRunning ? 1 : 0
            }
            await server.stop()
            #expect(inFlight > 0, "no worker was killed while its ffmpeg ran")
            result.rounds = kills
            result.details =
                "\(inFlight) with ffmpeg under way; gone after \(slowest.inMicroseconds / 1000) ms at most; every quick "
                + "result found once"
            try result.record()
        }

        /// - Returns: how long the worker's programs outlived it, and whether there were some.
        private static func oneKill(
            data: String, round: Int, atProgress floor: Int, _ film: Data, _ caller: Caller,
            _ store: SQLiteStore,
            _ jobs: Jobs<VideoJob>
        ) async throws -> (Duration, Bool) {
            let victim = try Program.worker(data: data, name: "victim")
            let text = try await caller.uploadVideo(film, named: "phases-\(round).ts")
            let id = try #require(JobID(text))
            // A random moment of the deep analysis: from some progress on, or when it gets no further.
            for try await job in jobs.watch(id, interval: .milliseconds(20))
            where job.status == VideoJob.deepRunning && job.record.claimedBy != nil && job.progress >= floor {
                break
            }
            let quick = try await quickResult(of: id, store)
            let running = programs(in: data)
            await victim.kill()
            let killed = ContinuousClock.now
            var left = programs(in: data)
            while !left.isEmpty, ContinuousClock.now - killed < .seconds(10) {
                await Task.yield()
                left = programs(in: data)
            }
            #expect(left.isEmpty, "\(left) have outlived their worker by 10 seconds")
            let time = ContinuousClock.now - killed

            guard try await jobs.find(id)?.isLive == true else {
                print("video kill \(round): it had finished before its worker was killed")
                return (time, false)
            }
            #expect(try await jobs.find(id)?.record.status == VideoJob.deepRunning.rawValue)
            // Nothing of the deep analysis is to be seen; what was found before still is.
            let result = try await caller.call(.GET, "/api/videos/\(id)/result")
            #expect(result.status == 200 && result.text.contains("\"deep\":null"), "\(result.text)")
            #expect(try await caller.call(.GET, "/api/videos/\(id)/artefacts/reel.mp4").status == 404)

            let heir = try Program.worker(data: data, name: "heir")
            for try await _ in jobs.watch(id) {}
            #expect(try await jobs.find(id)?.record.status == VideoJob.done.rawValue)
            #expect(try await caller.call(.GET, "/api/videos/\(id)/artefacts/reel.mp4").status == 200)
            await heir.stop()
            #expect(programs(in: data).isEmpty)

            let history = try await jobs.history(of: id)
            #expect(history.count { $0.kind == .lost && $0.to == "deep_running" } == 1)
            #expect(history.count { $0.kind == .claimed && $0.to == "deep_running" } == 1)
            // The quick analysis ran once: it was claimed once, and what it wrote is as it was.
            #expect(
                history.count { $0.to == "quick_running" && [.moved, .claimed].contains($0.kind) } == 1)
            #expect(try await quickResult(of: id, store) == quick && !quick.isEmpty)
            // What the lost attempt had begun to store is known, to be erased.
            let artefacts = try await store.read {
                try $0.query("SELECT name FROM video_artefacts WHERE job_id = ?1", id.text)
            }
            #expect(artefacts.count == 13)
            return (time, !running.isEmpty)
        }

        private static func quickResult(of id: JobID, _ store: SQLiteStore) async throws -> [SQLRow] {
            try await store.read {
                try $0.query(
                    "SELECT result, fence, created_at FROM video_results WHERE job_id = ?1 AND analysis = 'quick'",
                    id.text)
            }
        }

        /// The processes that work in the installation's folder for work, zombies aside.
        private static func programs(in data: String) -> [Int32] {
            let scratch = data + "/scratch/"
            let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return all.compactMap { Int32($0) }.filter { pid in
                // Of a process that has just ended nothing can be read.
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd"))?
                    .hasPrefix(scratch) ?? false
            }
        }

        private static func clip(in folder: String) async throws -> Data {
            let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "scripts/make-video-samples")
            let child = try ChildProcess(script, [folder, "phases.ts"], complaints: .withOutput)
            let text = await child.text()
            #expect(await child.ended() == .exited(0), "\(text)")
            return try Data(contentsOf: URL(filePath: "\(folder)/phases.ts"))
        }
    }

    /// Twenty of them; only `make torture` has the time.
    @Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
    struct VideoKillTortureTests {
        @Test(.timeLimit(.minutes(30))) func twentyKillsInTheDeepAnalysis() async throws {
            try await VideoKillTests.campaign(kills: 20)
        }
    }
#endif
