import Lockstep
import LockstepSQL
import LockstepTesting
import LockstepUploads
import Testing

/// What `complete` does in every status, with the object there, missing, and another than announced.
@Suite(.timeLimit(.minutes(3))) struct IdempotencyTests {
    private static let bytes = someBytes(2000)

    /// What is in the storage when `complete` is called.
    enum Object: CaseIterable {
        case there, missing, shorter
    }

    @Test(arguments: Place.all) func everyCell(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            for object in Object.allCases {
                try await waiting(stand, object)
                try await failed(stand, object)
            }
            for status in [Clip.queued, .quickRunning, .quickDone, .deepRunning, .done, .completed] {
                for object in [Object.there, .missing] { try await underWay(stand, status, object) }
            }
        }
    }

    /// `awaiting_upload`: verified, then `queued` or `failed`.
    private func waiting(_ stand: Stand, _ object: Object) async throws {
        let job = try await job(stand, object)
        switch (try await stand.complete(job), object) {
        case (.verified(let record), .there):
            #expect(record.status == "queued" && record.progress == 0 && record.met == ["upload:video"])
        case (.refused(let failure, let record), .missing):
            #expect(record.status == "failed" && record.failure == failure)
            #expect(failure.message == "Upload not found in \(stand.storage.name)")
            #expect(failure.code == "upload_missing" && failure.audience == .userFixable)
        case (.refused(let failure, let record), .shorter):
            #expect(record.status == "failed" && failure.code == "upload_wrong_size")
        case (let completion, _): Issue.record("waiting, \(object): \(completion)")
        }
    }

    /// `failed`: verified again, then `queued`; missing again: refused, recorded, still `failed`.
    private func failed(_ stand: Stand, _ object: Object) async throws {
        let (job, permit) = try await stand.announce(Self.bytes)
        guard case .refused = try await stand.complete(job) else {
            Issue.record("a job without its object was not refused")
            return
        }
        try await put(stand, job, permit, object)
        let before = try await stand.record(job)
        let completion = try await stand.complete(job)
        let history = try await stand.history(job)
        if object == .there {
            guard case .verified(let record) = completion else {
                Issue.record("failed, \(object): \(completion)")
                return
            }
            #expect(record.status == "queued" && record.failure == nil && record.endedAt == nil)
            #expect(history.last?.from == "failed" && history.last?.to == "queued")
            return
        }
        guard case .refused(let failure, let record) = completion else {
            Issue.record("failed, \(object): \(completion)")
            return
        }
        #expect(record.status == "failed" && record.failure == before.failure)
        #expect(record.endedAt == before.endedAt && record.deadline == before.deadline)
        let state = try #require(try await stand.uploads.states(of: job).first)
        #expect(state.refusals == 2 && state.refusal == failure.message && state.refusedAt != nil)
        #expect(history.last?.kind == .noted && history.last?.reason == failure.message)
    }

    /// Anywhere else nothing changes, whatever became of the object.
    private func underWay(_ stand: Stand, _ status: Clip, _ object: Object) async throws {
        let job = try await job(stand, .there, in: status)
        if object == .missing, status != .completed {
            try await stand.storage.delete(try await stand.key(job), multipart: nil)
        }
        let (before, history) = (try await stand.record(job), try await stand.history(job))
        #expect(before.status == status.rawValue)
        guard case .alreadyProcessed(let record) = try await stand.complete(job) else {
            Issue.record("\(status) was processed again")
            return
        }
        #expect(record == before)
        #expect(try await stand.record(job) == before)
        #expect(try await stand.history(job) == history)
    }

    // MARK: Bringing jobs there

    private func put(
        _ stand: Stand, _ job: JobID, _ permit: UploadPermit, _ object: Object
    ) async throws {
        switch object {
        case .there: #expect(try await stand.client.put(permit, Self.bytes) < 300)
        case .missing: break
        case .shorter:
            // Permits are bound to the length: only the server itself can put another object there.
            let path = stand.scratch.path("shorter")
            try write(Array(Self.bytes.dropLast()), to: path)
            _ = try await stand.storage.put(
                file: path, as: try await stand.key(job), contentType: "video/mp4")
        }
    }

    private func job(_ stand: Stand, _ object: Object, in status: Clip = .awaitingUpload) async throws
        -> JobID
    {
        if status == .completed {
            var row = NewJob(lifecycle: "clip")
            row.status = status.rawValue
            row.owner = "anna"
            return try #require(try await stand.store.importing([row]).first).get().record.id
        }
        let (job, permit) = try await stand.announce(Self.bytes)
        try await put(stand, job, permit, object)
        guard status != .awaitingUpload else { return job }
        _ = try await stand.complete(job)
        let worker = try await stand.worker()
        for (from, working, to) in [
            (Clip.queued, Clip.quickRunning, Clip.quickDone), (.quickDone, .deepRunning, .done),
        ] {
            if status == from { break }
            let claimed = try #require(try await stand.claim(worker).first { $0.id == job })
            if status == working { break }
            try await stand.move(claimed, to: to)
        }
        return job
    }

    // MARK: Many at once

    @Test(arguments: Place.all) func fiftyAtOnceMoveItOnce(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let job = try await stand.send(Self.bytes)
            let answers = try await withThrowingTaskGroup(of: PermitClient.Answer.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await stand.client.call(
                            "POST", "/v1/jobs/\(job)/complete-uploads", token: stand.token)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 50 && answers.allSatisfy { $0.status == 200 })
            let outcomes = try answers.map { try $0.json["outcome"]?.text }
            #expect(outcomes.count { $0 == "verified" } == 1)
            #expect(outcomes.count { $0 == "already_processed" } == 49)
            #expect(
                try await stand.history(job).map(\.to) == ["awaiting_upload", "awaiting_upload", "queued"])
        }
    }

    /// Fifty that find nothing: the job fails once, and all are refused.
    @Test(arguments: Place.all) func fiftyAtOnceThatFindNothing(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            let (job, _) = try await stand.announce(Self.bytes)
            let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        if case .refused = try await stand.complete(job) { true } else { false }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused == 50)
            #expect(try await stand.history(job).count { $0.kind == .moved } == 1)
        }
    }

    /// What the application writes beside it commits with the move, or neither does.
    @Test(arguments: Place.all) func whatElseIsWrittenCommitsWithTheMove(_ place: Place) async throws {
        try await Stand.run(place) { stand in
            try await stand.store.write { try $0.execute("CREATE TABLE sessions (job TEXT PRIMARY KEY)") }
            let job = try await stand.send(Self.bytes)
            struct Broken: Error {}
            await #expect(throws: Broken.self) {
                _ = try await stand.uploads.complete(job, in: stand.definition, by: .owner("anna")) {
                    try $0.execute("INSERT INTO sessions (job) VALUES (?1)", job.text)
                    throw Broken()
                }
            }
            #expect(try await stand.record(job).status == "awaiting_upload")
            #expect(try await stand.store.read { try $0.query("SELECT * FROM sessions") }.isEmpty)
            #expect(try await stand.uploads.object(of: job, named: "video") == nil)
            for _ in 0..<2 {
                _ = try await stand.uploads.complete(job, in: stand.definition, by: .owner("anna")) {
                    try $0.execute("INSERT INTO sessions (job) VALUES (?1)", job.text)
                }
            }
            #expect(try await stand.store.read { try $0.query("SELECT * FROM sessions") }.count == 1)
            #expect(try await stand.record(job).status == "queued")
        }
    }
}
