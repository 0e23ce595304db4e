import ContentRendering
import ContentWriting
import Lockstep
import LockstepSQL
import LockstepSandbox
import LockstepServer
import Logging

/// What workers do in each working status. What a stage comes to is written with the move that ends it, so that another
/// worker goes on behind it.
struct ContentStages: Sendable {
    let service: ContentService
    let writer: any ScriptModel
    let scratch: String
    let logger: Logger

    /// The handlers of all working statuses, and the clean-up at the end of retention.
    @HandlerBuilder var handlers: [Handler] {
        Handler(ContentRequest.validating) { try await validate($0) }
        Handler(ContentRequest.retrieving) { try await retrieve($0) }
        Handler(ContentRequest.generatingScript) { try await write($0) }
        Handler(ContentRequest.generatingVideo) { try await record($0) }
        Handler(ContentRequest.processingVideo) { try await assemble($0) }
        Handler(ContentRequest.notifying) { try await notify($0) }
        Handler.cleaningUp(ContentRequest.self) { try await forget($0) }
    }

    var store: any SQLStore { service.store }

    // MARK: The question

    /// Asks back when the question is too vague, or nothing is known about it.
    private func validate(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        let row = try await row(of: work)
        work.report(2, "Reading the question")
        let question = Question(row.question)
        guard let asked = try await clarification(for: question) else {
            return .retrieving
        }
        var metadata = row.metadata
        metadata.clarification = RequestMetadata.Asked(
            questions: asked.questions, reasoning: asked.reasoning, requestedAt: store.time.now())
        let (id, changed) = (work.id, metadata)
        work.alsoSQL { try RequestTable.update(id, metadata: changed, in: $0) }
        return .pending
    }

    private func clarification(for question: Question) async throws -> Clarification? {
        if let asked = QuestionCheck.clarification(for: question) { return asked }
        // What the rules cannot write from, nobody can: they take whatever is about the question at all.
        let passages = try await service.passages.passages(for: question)
        let draft = ScriptRequest(question: question, passages: passages)
        if case .clarification(let asked) = try await OfflineWriter().answer(draft) { return asked }
        return try await writer.clarification(for: draft)
    }

    // MARK: The script

    private func retrieve(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        work.report(6, "Looking for passages")
        let question = Question(try await row(of: work).question)
        let passages = try await service.passages.passages(for: question)
        work.report(10, "Found \(passages.count) passages")
        finish(work, .passages, passages)
        return .generatingScript
    }

    private func write(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        work.report(11, "Writing the script")
        let question = Question(try await row(of: work).question)
        let passages = try await result([RankedPassage].self, of: .passages, work)
        switch try await writer.answer(ScriptRequest(question: question, passages: passages)) {
        case .script(let script):
            work.report(25, "The script has \(script.sections.count) sections")
            finish(work, .script, script)
            return .generatingVideo
        case .clarification(let asked):
            throw Failure.userFixable(
                "No script could be written: \(asked.reasoning) Ask again in other words.", code: "too_vague")
        case .refused(let why):
            throw Failure.userFixable("The writer will not write about this: \(why)", code: "refused")
        }
    }

    // MARK: The video

    /// Reads the script out and draws its slides; both are kept, so that they are not made twice.
    private func record(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        let script = try await result(Script.self, of: .script, work)
        let renderer = VideoRenderer(logger: logger)
        let (footage, drafts) = try await drafting(work) { [scratch] in
            try await SandboxFolder.with(in: scratch) { folder in
                work.report(26, "Reading it out and drawing slides")
                let footage = try await renderer.footage(for: script, in: folder) { share in
                    work.report(26 + Int(share * 24), "Reading it out and drawing slides")
                }
                var drafts: [ArtefactShelf.Draft] = []
                for file in footage.files {
                    let draft = try await draft(
                        "\(folder.path)/\(file)", named: file, type: Footage.mediaType(of: file), work)
                    drafts.append(draft)
                }
                return (footage, drafts)
            }
        }
        finish(work, .footage, footage, drafts)
        return .processingVideo
    }

    /// Puts sound, slides, subtitles and chapters together; what it is made of goes with the move.
    private func assemble(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        let script = try await result(Script.self, of: .script, work)
        let footage = try await result(Footage.self, of: .footage, work)
        let renderer = VideoRenderer(logger: logger)
        let (video, drafts) = try await drafting(work) { [scratch, service] in
            try await SandboxFolder.with(in: scratch) { folder in
                work.report(56, "Putting the video together")
                for file in footage.files {
                    let isThere = try await service.shelf.fetch(
                        file, of: work.id, to: "\(folder.path)/\(file)")
                    guard isThere else {
                        throw Failure.adminRequired(
                            "'\(file)' of the narration is gone from the storage; cancel the request, and ask again",
                            code: "no_footage")
                    }
                }
                let video = try await renderer.video(of: footage, in: folder) { share in
                    work.report(56 + Int(share * 36), "Putting the video together")
                }
                work.report(93, "Keeping the video")
                return (
                    video,
                    [
                        try await draft(video.path, named: ContentService.video, type: "video/mp4", work),
                        try await draft(
                            video.captions, named: ContentService.captions, type: "text/vtt; charset=utf-8",
                            work),
                    ]
                )
            }
        }
        let facts = VideoFacts(
            title: script.title, seconds: video.seconds, bytes: video.bytes, chapters: video.chapters,
            sources: script.sources, readingTime: script.readingTime)
        finish(work, .video, facts, drafts, discarding: footage.files)
        return .notifying
    }

    // MARK: The end

    /// Tells the learner. Whatever comes of that, the video is there: what cannot be sent is noted, and the request
    /// completes.
    private func notify(_ work: Work<ContentRequest>) async throws -> ContentRequest {
        let facts = try await result(VideoFacts.self, of: .video, work)
        var metadata = try await row(of: work).metadata
        if let recipient = metadata.notify {
            work.report(96, "Telling you that it is there")
            metadata.notification = try await told(recipient, facts, work)
            let (id, changed) = (work.id, metadata)
            work.alsoSQL { try RequestTable.update(id, metadata: changed, in: $0) }
        }
        try work.output(
            ContentSummary(
                seconds: facts.seconds, chapters: facts.chapters.count, sources: facts.sources.count,
                bytes: facts.bytes))
        return .completed
    }

    private func told(
        _ recipient: ContentNotice.Recipient, _ facts: VideoFacts, _ work: Work<ContentRequest>
    ) async throws -> RequestMetadata.Told {
        let key = "content-\(work.id)"
        func outcome(_ state: RequestMetadata.Told.State, _ reason: String? = nil) -> RequestMetadata.Told {
            RequestMetadata.Told(state: state, key: key, reason: reason, at: store.time.now())
        }
        guard let notifier = service.notifier else {
            return outcome(.failed, "this server sends no notifications any more")
        }
        let notice = ContentNotice(
            recipient: recipient, request: work.id.text, status: ContentRequest.completed.rawValue,
            question: try await row(of: work).question, link: "/api/content/requests/\(work.id)/video",
            seconds: facts.seconds, key: key)
        do {
            try await notifier.send(notice)
            return outcome(.delivered)
        } catch let error where !(error is CancellationError) {
            try Task.checkCancellation()
            let failure = Failure(error)
            let attempts =
                service.jobs.definition.rule(for: work.job.record.status)?.retryPolicy.attempts ?? 1
            // There is time to try again; the video can be watched meanwhile.
            if failure.audience == .temporary, work.attempt < attempts { throw failure }
            logger.warning(
                "a notification was given up", metadata: ["request": "\(work.id)", "reason": "\(failure)"])
            return outcome(.failed, failure.message)
        }
    }

    /// Erases what a request left behind, before its job is deleted. It may run more than once.
    private func forget(_ job: Job<ContentRequest>) async throws {
        let now = store.time.now()
        try await store.write { try service.forget(job.id, at: now, in: $0) }
    }
}
