import Lockstep
import LockstepSandbox
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging

/// What workers do in each working status.
struct VideoStages: Sendable {
    let service: VideoService
    let analyst: Analyst

    /// The handlers of both working statuses, and the clean-up at the end of retention.
    @HandlerBuilder var handlers: [Handler] {
        Handler(VideoJob.quickRunning) { try await quick($0) }
        Handler(VideoJob.deepRunning) { try await deep($0) }
        Handler.cleaningUp(VideoJob.self) { try await forget($0) }
    }

    private var store: any SQLStore { service.store }

    /// Finds out what the file is, where its scenes begin and what it looks like, and writes that with the move to
    /// `quick_done`, so that it is never found out again.
    private func quick(_ work: Work<VideoJob>) async throws -> VideoJob {
        let (quick, drafts) = try await SandboxFolder.with(in: analyst.scratch) { folder in
            let file = try await fetch(work, into: folder)
            work.report(5, "looking for scenes")
            let quick = try await analyst.quick(file, in: folder) { share in
                work.report(5 + Int(share * 90), "looking for scenes")
            }
            var drafts: [ArtefactShelf.Draft] = []
            for (path, picture) in zip(quick.files, quick.result.thumbnails) {
                drafts.append(try await draft(path, named: picture.name, type: "image/jpeg", work))
            }
            return (quick.result, drafts)
        }
        finish(work, .quick, quick, drafts)
        return .quickDone
    }

    /// Measures motion, finds phases and cuts the reel; what the quick analysis found is read and not found again.
    private func deep(_ work: Work<VideoJob>) async throws -> VideoJob {
        guard let quick = try await service.results.quick(of: work.id) else {
            throw Failure.userFixable(
                "The quick results of this video are gone; upload it again.", code: "no_quick_results")
        }
        let (deep, drafts) = try await SandboxFolder.with(in: analyst.scratch) { folder in
            let file = try await fetch(work, into: folder)
            let deep = try await analyst.deep(file, quick: quick, in: folder) { share, words in
                work.report(5 + Int(share * 90), words)
            }
            var drafts: [ArtefactShelf.Draft] = []
            if let path = deep.reel, let reel = deep.result.reel {
                work.report(96, "storing the highlights")
                drafts.append(try await draft(path, named: reel.name, type: "video/mp4", work))
            }
            return (deep.result, drafts)
        }
        finish(work, .deep, deep, drafts)
        try work.output(VideoSummary(quick, deep))
        return .done
    }

    /// The upload as it was verified, in a file of the folder.
    private func fetch(_ work: Work<VideoJob>, into folder: SandboxFolder) async throws -> MediaFile {
        work.report(1, "fetching the video")
        let path = "\(folder.path)/video"
        try await service.uploads.fetch(VideoJob.upload, of: work.id, to: path)
        return try await MediaFile.at(path)
    }

    private func draft(
        _ path: String, named name: String, type: String, _ work: Work<VideoJob>
    ) async throws -> ArtefactShelf.Draft {
        try Task.checkCancellation()
        return try await service.shelf.draft(
            path, named: name, type: type, of: work.id, fence: work.job.record.fence)
    }

    /// Has the results and the artefacts written with the move.
    private func finish(
        _ work: Work<VideoJob>, _ analysis: ResultTable.Analysis, _ result: some Encodable & Sendable,
        _ drafts: [ArtefactShelf.Draft]
    ) {
        let (id, fence, now) = (work.id, work.job.record.fence, store.time.now())
        let shelf = service.shelf
        work.alsoSQL { transaction in
            try ResultTable.insert(result, of: analysis, for: id, fence: fence, at: now, in: transaction)
            try shelf.keep(drafts, of: id, at: now, in: transaction)
        }
    }

    /// Erases what a job left behind, before it is deleted. It may run more than once.
    private func forget(_ job: Job<VideoJob>) async throws {
        let now = store.time.now()
        try await store.write { try service.forget(job.id, at: now, in: $0) }
    }
}
