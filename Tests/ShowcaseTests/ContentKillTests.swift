#if os(Linux)
    import AppSupport
    import Content
    import Foundation
    import Lockstep
    import LockstepSQL
    import LockstepTesting
    import NIOHTTP1
    import Testing

    /// Workers are killed in every stage of a request, one after the other: each time another one goes on there, what was
    /// recorded stays as it was, and in the end there is one video.
    @Suite(.serialized) struct ContentKillTests {
        /// When a worker is killed.
        enum Moment: Sendable {
            /// When the work of the stage is done and its move is not written: nothing of it may count.
            case finished
            /// When it has taken the request over in the stage where the one before it was killed, and written nothing.
            case takenOver
            /// When it is seen at this progress or later.
            case progress(Int)
        }

        @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
        func onceInEveryStage(kind: StoreKind) async throws {
            try await Self.campaign(on: kind, rounds: 1) { stage in
                switch stage {
                case .generatingVideo: [.progress(30)]
                case .processingVideo: [.progress(60)]
                default: [.finished]
                }
            }
        }

        /// - Parameters:
        ///   - rounds: how many kills each stage gets at least.
        ///   - moments: when the workers that come to a stage are killed, one after the other.
        static func campaign(
            on kind: StoreKind, rounds: Int, moments: (ContentRequest) -> [Moment]
        ) async throws {
            var result = CampaignResult(
                "workers killed in the stages of a question, on \(kind.rawValue)", unit: "kills")
            var count = Count()
            try await ContentPlace.run(on: kind) { place in
                var round = 0
                // What is over before it can be seen is tried again.
                while count.least < rounds, round < 3 * rounds {
                    let id = try await place.ask()
                    var known: [String: [SQLValue]] = [:]
                    for stage in ContentPlace.stages {
                        for moment in moments(stage) {
                            known = try await kill(moment, in: stage, of: id, known, place, &count)
                        }
                    }
                    try await finish(id, known, place)
                    round += 1
                }
            }
            #expect(count.least >= rounds, "\(count.kills)")
            result.rounds = count.kills.values.reduce(0, +)
            let counts = ContentPlace.stages.map {
                "\(count.kills[$0.rawValue, default: 0]) in \($0.rawValue)"
            }
            result.details =
                "\(counts.joined(separator: ", ")); \(count.inFlight) with a program under way, gone after "
                + "\(count.slowest.inMicroseconds / 1000) ms at most; what was recorded stayed as it was"
            try result.record()
        }

        /// What was seen on the way.
        struct Count {
            /// The kills by the status that the request was left in.
            var kills: [String: Int] = [:]
            /// How many workers were killed while a program of theirs ran.
            var inFlight = 0
            /// How long a program has outlived its worker at most.
            var slowest = Duration.zero

            var least: Int { ContentPlace.stages.map { kills[$0.rawValue, default: 0] }.min() ?? 0 }
        }

        /// Lets a worker work until it is killed.
        /// - Parameter known: what the stages had come to before.
        /// - Returns: what they have come to now.
        private static func kill(
            _ moment: Moment, in stage: ContentRequest, of id: JobID, _ known: [String: [SQLValue]],
            _ place: ContentPlace, _ count: inout Count
        ) async throws -> [String: [SQLValue]] {
            let before = try #require(await place.jobs.find(id)?.status.declared)
            // Where a worker before this one came further than it should, its kill counts for where it came.
            let way = ContentPlace.place(of: stage) - ContentPlace.place(of: before)
            guard way >= 0 else { return known }
            var running: [Int32] = []
            switch moment {
            case .finished:
                let victim = try place.worker(
                    "victim-\(stage.rawValue)", crashAt: "worker.finished:\(way + 1)")
                #expect(await victim.wasKilled(), "no worker came to the end of '\(stage.rawValue)'")
            case .takenOver:
                guard way == 0, before == stage else { return known }
                let victim = try place.worker("victim-\(stage.rawValue)", crashAt: "claim.committed:1")
                #expect(await victim.wasKilled(), "no worker took the request over in '\(stage.rawValue)'")
            case .progress(let floor):
                let victim = try place.worker("victim-\(stage.rawValue)")
                _ = try await place.seen(id, in: stage, progress: floor)
                running = place.programs()
                await victim.kill()
            }
            count.slowest = max(count.slowest, await place.untilQuiet(since: .now))
            count.inFlight += running.isEmpty ? 0 : 1

            let (job, shown, results) = try await place.look(at: id)
            guard job.isLive, let status = job.status.declared else { return results }
            count.kills[status.rawValue, default: 0] += 1
            #expect(shown == status.rawValue)
            // What is recorded is what belongs to the stages before, and is as it was.
            for (stage, row) in known { #expect(results[stage] == row, "'\(stage)' was worked out again") }
            let recorded = ContentPlace.recorded.prefix(max(0, ContentPlace.place(of: status) - 1))
            #expect(Set(results.keys) == Set(recorded), "in '\(status.rawValue)'")
            // The video is there once it is recorded, and not a moment before.
            let video = try await place.caller.call(.GET, "/api/content/requests/\(id)/video").status
            #expect(video == (recorded.contains("video") ? 200 : 409), "in '\(status.rawValue)'")
            return results
        }

        /// Lets another worker finish, and holds what is there against what should be.
        private static func finish(
            _ id: JobID, _ known: [String: [SQLValue]], _ place: ContentPlace
        ) async throws {
            let heir = try place.worker("heir")
            _ = try await place.jobs.end(of: id)
            await heir.stop()
            let (job, shown, results) = try await place.look(at: id)
            #expect(job.status == .completed && job.progress == 100 && shown == "completed")
            for (stage, row) in known { #expect(results[stage] == row, "'\(stage)' was worked out again") }
            #expect(Set(results.keys) == Set(ContentPlace.recorded))
            #expect(try await place.artefacts(of: id) == ["captions.vtt", "video.mp4"])
            let video = try await place.caller.download("/api/content/requests/\(id)/video")
            #expect(video.dropFirst(4).prefix(4) == Data("ftyp".utf8) && video.count > 10_000)

            let history = try await place.jobs.history(of: id)
            #expect(history.map(\.number) == Array(1...Int64(history.count)))
            let statuses = history.filter { $0.from != $0.to }.map(\.to)
            #expect(
                statuses == ["pending"] + ContentPlace.stages.map(\.rawValue) + ["completed"], "\(statuses)")
            // Every lost claim was taken up once, and nothing was tried again for another reason.
            #expect(!history.contains { [.retried, .parked].contains($0.kind) })
            // Of what the killed workers had begun nothing is left.
            try await place.cleanUp()
            let left = place.files(of: id)
            #expect(left.count == 2 && left.allSatisfy { $0.hasPrefix("uploads/objects/") }, "\(left)")
        }

        static func torture(on kind: StoreKind) async throws {
            var random = SeededGenerator(seed: testSeed("content kills on \(kind.rawValue)"))
            try await campaign(on: kind, rounds: 10) { stage in
                let progress: ClosedRange<Int>? =
                    switch stage {
                    case .generatingVideo: 26...54
                    case .processingVideo: 56...92
                    default: nil
                    }
                // In the long ones mostly while a program runs.
                let moment: Moment =
                    if let progress, Int.random(in: 0..<4, using: &random) > 0 {
                        .progress(.random(in: progress, using: &random))
                    } else {
                        .finished
                    }
                return Bool.random(using: &random) ? [moment, .takenOver] : [moment]
            }
        }
    }

    /// Ten kills in each stage, on either store; only `make torture` has the time.
    @Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
    struct ContentKillTortureTests {
        @Test(.timeLimit(.minutes(40)), arguments: StoreKind.allCases)
        func tenTimesInEveryStage(kind: StoreKind) async throws {
            try await ContentKillTests.torture(on: kind)
        }
    }
#endif
