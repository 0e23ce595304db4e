#if os(Linux)
    import AppSupport
    import Content
    import Foundation
    import Lockstep
    import LockstepTesting
    import NIOHTTP1
    import Testing

    /// Requests are cancelled in every stage: the programs that work on them are gone within two seconds and their files
    /// with them, also when the worker is killed at that moment.
    @Suite(.serialized) struct ContentCancelTests {
        /// How long a program may outlive the answer to the one who cancels.
        private static let patience = Duration.seconds(2)

        @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
        func whileTheVideoIsMade(kind: StoreKind) async throws {
            try await Self.live(on: kind, at: [(.generatingVideo, 30), (.processingVideo, 60)])
        }

        @Test(.timeLimit(.minutes(4)), arguments: StoreKind.allCases)
        func whenTheWorkerIsKilledAtThatMoment(kind: StoreKind) async throws {
            try await Self.killed(on: kind, rounds: 1)
        }

        /// Cancels at each of these moments, under a worker with the lease that it has where nobody says otherwise.
        static func live(on kind: StoreKind, at moments: [(stage: ContentRequest, progress: Int)])
            async throws
        {
            var result = CampaignResult(
                "questions cancelled while programs work on them, on \(kind.rawValue)", unit: "cancellations")
            let (slowest, inFlight, stages) = try await ContentPlace.run(on: kind) { place in
                var (slowest, inFlight, stages) = (Duration.zero, 0, Set<String>())
                let worker = try place.worker("worker", lease: 15)
                for (stage, progress) in moments {
                    let id = try await place.ask()
                    let isSeen = try await place.seen(id, in: stage, progress: progress)
                    inFlight += !place.programs().isEmpty && isSeen ? 1 : 0
                    try await cancel(id, place)
                    slowest = max(slowest, await place.untilQuiet(since: .now))
                    // The worker takes its own folder away once its program is gone.
                    let files = await place.files(of: id, emptyWithin: patience)
                    #expect(files.isEmpty, "\(stage.rawValue): \(files)")
                    stages.insert(try await ended(id, place))
                }
                await worker.stop()
                return (slowest, inFlight, stages)
            }
            result.rounds = moments.count
            #expect(slowest < patience)
            #expect(inFlight > 0, "nothing was cancelled while a program ran")
            #expect(stages.isSuperset(of: moments.map(\.stage.rawValue)), "\(stages)")
            result.details =
                "\(inFlight) with a program under way, gone after \(slowest.inMicroseconds / 1000) ms at most; no file left"
            try result.record()
        }

        /// Cancels in every stage, and kills the worker at that moment, or just before it.
        static func killed(on kind: StoreKind, rounds: Int) async throws {
            var result = CampaignResult(
                "questions cancelled while their workers are killed, on \(kind.rawValue)",
                unit: "cancellations")
            let (slowest, stages, left) = try await ContentPlace.run(on: kind) { place in
                var (slowest, stages, left) = (Duration.zero, [String: Int](), 0)
                for round in 0..<rounds {
                    for (number, stage) in ContentPlace.stages.enumerated() {
                        let id = try await place.ask()
                        let isMaking = stage == .generatingVideo || stage == .processingVideo
                        if isMaking, round.isMultiple(of: 2) {
                            // The program runs, and both come at once.
                            let victim = try place.worker("victim-\(stage.rawValue)", lease: 15)
                            _ = try await place.seen(
                                id, in: stage, progress: stage == .generatingVideo ? 30 : 60)
                            async let killing: Void = victim.kill()
                            try await cancel(id, place)
                            await killing
                        } else {
                            // Its work is done, what it has made lies there, and its move is not written.
                            let victim = try place.worker(
                                "victim-\(stage.rawValue)", lease: 15,
                                crashAt: "worker.finished:\(number + 1)")
                            #expect(await victim.wasKilled())
                            try await cancel(id, place)
                        }
                        slowest = max(slowest, await place.untilQuiet(since: .now))
                        stages[try await ended(id, place), default: 0] += 1
                        // What a killed worker leaves is gone after the cleaner's next round.
                        left += place.files(of: id).isEmpty ? 0 : 1
                        try await place.cleanUp()
                        #expect(place.files(of: id) == [], "\(stage.rawValue)")
                    }
                }
                return (slowest, stages, left)
            }
            result.rounds = stages.values.reduce(0, +)
            #expect(slowest < patience)
            for stage in ContentPlace.stages {
                #expect(
                    stages[stage.rawValue, default: 0] > 0, "nothing was cancelled in '\(stage.rawValue)'")
            }
            let counts = stages.sorted { $0.key < $1.key }.map { "\($0.value) in \($0.key)" }
            result.details =
                "\(counts.joined(separator: ", ")); programs gone after \(slowest.inMicroseconds / 1000) ms at most; "
                + "files left for the cleaner \(left) times, none after it"
            try result.record()
        }

        private static func cancel(_ id: JobID, _ place: ContentPlace) async throws {
            let answer = try await place.caller.call(.POST, "/api/content/requests/\(id)/cancel")
            #expect(answer.status == 200 && answer.body["status"] == "cancelled", "\(answer.text)")
        }

        /// Holds a request that was cancelled against what it should be.
        /// - Returns: the status that it was cancelled in.
        private static func ended(_ id: JobID, _ place: ContentPlace) async throws -> String {
            let (job, shown, _) = try await place.look(at: id)
            #expect(job.status == .cancelled && !job.isLive && job.record.claimedBy == nil)
            #expect(shown == "cancelled")
            #expect(try await place.artefacts(of: id).isEmpty)
            #expect(try await place.caller.call(.GET, "/api/content/requests/\(id)/video").status == 409)
            let ends = try await place.jobs.history(of: id).filter { $0.to == "cancelled" }
            #expect(ends.count == 1)
            return ends.first?.from ?? ""
        }
    }

    /// Ten times in every stage, on either store; only `make torture` has the time.
    @Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil))
    struct ContentCancelTortureTests {
        @Test(.timeLimit(.minutes(40)), arguments: StoreKind.allCases)
        func tenTimesWhileTheVideoIsMade(kind: StoreKind) async throws {
            var random = SeededGenerator(seed: testSeed("content cancels on \(kind.rawValue)"))
            try await ContentCancelTests.live(
                on: kind,
                at: (0..<10).flatMap { _ in
                    [
                        (.generatingVideo, .random(in: 26...54, using: &random)),
                        (.processingVideo, .random(in: 56...92, using: &random)),
                    ]
                })
        }

        @Test(.timeLimit(.minutes(40)), arguments: StoreKind.allCases)
        func tenTimesInEveryStage(kind: StoreKind) async throws {
            try await ContentCancelTests.killed(on: kind, rounds: 10)
        }
    }
#endif
