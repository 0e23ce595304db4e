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
            /// When the learner's receiver has its notice and has not answered.
            case telling
        }

        @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
        func onceInEveryStage(kind: StoreKind) async throws {
            let moments = ContentPlace.stages.map { stage -> [Moment] in
                switch stage {
                case .generatingVideo: [.progress(30)]
                case .processingVideo: [.progress(60)]
                case .notifying: [.telling, .finished]
                default: [.finished]
                }
            }
            try await Self.campaign(on: kind, least: 1, [moments])
        }

        /// - Parameters:
        ///   - least: how many kills there must be in each stage.
        ///   - rounds: for each request, and each of its stages, when the workers that come there are killed, one after
        ///     the other. Those are left out that nobody needs any more.
        static func campaign(on kind: StoreKind, least: Int, _ rounds: [[[Moment]]]) async throws {
            var result = CampaignResult(
                "workers killed in the stages of a question, on \(kind.rawValue)", unit: "kills")
            let count = try await ContentPlace.run(on: kind) { place in
                var count = Count()
                for moments in rounds where count.least < least {
                    let id = try await place.ask()
                    var known: [String: [SQLValue]] = [:]
                    for (stage, moments) in zip(ContentPlace.stages, moments) {
                        for moment in moments {
                            known = try await kill(moment, in: stage, of: id, known, place, &count)
                        }
                    }
                    try await finish(id, known, place)
                    count.notices.append(place.receiver.notices.count { $0.request == id.text })
                }
                return count
            }
            #expect(count.least >= least, "\(count.kills)")
            result.rounds = count.kills.values.reduce(0, +)
            let counts = ContentPlace.stages.map {
                "\(count.kills[$0.rawValue, default: 0]) in \($0.rawValue)"
            }
            result.details =
                "\(counts.joined(separator: ", ")); \(count.inFlight) with a program under way, gone after "
                + "\(count.slowest.inMicroseconds / 1000) ms at most; \(count.notices.count) requests, "
                + "\(count.notices.reduce(0, +)) notices; what was recorded stayed as it was"
            try result.record()
        }

        /// What was seen on the way.
        struct Count: Sendable {
            /// The kills by the status that the request was left in.
            var kills: [String: Int] = [:]
            /// How many workers were killed while a program of theirs ran.
            var inFlight = 0
            /// How many notices were sent of each request.
            var notices: [Int] = []
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
            case .telling:
                let hold = place.receiver.hold()
                let victim = try place.worker("victim-\(stage.rawValue)")
                try await hold.came.wait()
                await victim.kill()
                hold.gate.send()
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

            // Told at least once, and each time under the same key: those who were killed while they told have told.
            let keys = place.receiver.notices.filter { $0.request == id.text }.map(\.key)
            #expect(!keys.isEmpty && keys.allSatisfy { $0 == "content-\(id)" }, "\(keys)")

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
            // What is over before it can be seen needs further rounds.
            let rounds = (0..<20).map { _ in
                ContentPlace.stages.map { stage -> [Moment] in
                    // In the long ones mostly while a program runs.
                    let isWithin = Int.random(in: 0..<4, using: &random) > 0
                    let moment: Moment =
                        switch stage {
                        case .generatingVideo where isWithin: .progress(.random(in: 26...54, using: &random))
                        case .processingVideo where isWithin: .progress(.random(in: 56...92, using: &random))
                        case .notifying where isWithin: .telling
                        default: .finished
                        }
                    return Bool.random(using: &random) ? [moment, .takenOver] : [moment]
                }
            }
            try await campaign(on: kind, least: 10, rounds)
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
