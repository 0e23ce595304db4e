import Lockstep
import LockstepSQL
import LockstepServer
import Logging

/// What the stages have in common: reading what came before, keeping files, and having both written with the move.
extension ContentStages {
    /// The request as its table has it.
    func row(of work: Work<ContentRequest>) async throws -> RequestTable.Row {
        guard let row = try await service.requests.find([work.id])[work.id] else {
            throw Failure.adminRequired(
                "the request has no row in content_requests; start requests by POST /api/content/requests",
                code: "no_request")
        }
        return row
    }

    /// What an earlier stage came to.
    func result<Document: Decodable & Sendable>(
        _ type: Document.Type, of stage: StageTable.Stage, _ work: Work<ContentRequest>
    ) async throws -> Document {
        guard let document = try await service.stages.find(type, of: stage, for: work.id) else {
            throw Failure.adminRequired(
                "what the stage '\(stage.rawValue)' came to is gone; cancel the request, and ask again",
                code: "no_result")
        }
        return document
    }

    /// Puts a file on the shelf, where nobody sees it before the move.
    func draft(
        _ path: String, named name: String, type: String, _ work: Work<ContentRequest>
    ) async throws -> ArtefactShelf.Draft {
        try Task.checkCancellation()
        return try await service.shelf.draft(
            path, named: name, type: type, of: work.id, fence: work.job.record.fence)
    }

    /// Makes files. When that is stopped, those that were made go at once.
    func drafting<Result: Sendable>(
        _ work: Work<ContentRequest>, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            // Whoever has stopped it has taken away what was there at that moment. If nobody has told this worker yet,
            // there is more by now, and its move will be refused.
            if try await !isHeld(work) { await takeAway(work) }
            return result
        } catch {
            if Task.isCancelled { await takeAway(work) }
            throw error
        }
    }

    /// Whether the claim is still this worker's.
    private func isHeld(_ work: Work<ContentRequest>) async throws -> Bool {
        let record = try await service.jobs.find(work.id)?.record
        return record?.claimedBy != nil && record?.fence == work.job.record.fence
    }

    /// Takes the files of this claim away; another worker may be making its own.
    private func takeAway(_ work: Work<ContentRequest>) async {
        let (shelf, id, fence) = (service.shelf, work.id, work.job.record.fence)
        // In a task of its own, for this one may be cancelled.
        do {
            _ = try await Task { try await shelf.empty(id, fence: fence) }.value
        } catch {
            logger.warning(
                "files of stopped work stay until the next cleaning",
                metadata: ["request": "\(id)", "error": "\(error)"])
        }
    }

    /// Has what a stage came to, and its files, written with the move.
    /// - Parameter old: files of earlier stages that nobody needs any more.
    func finish(
        _ work: Work<ContentRequest>, _ stage: StageTable.Stage, _ document: some Encodable & Sendable,
        _ drafts: [ArtefactShelf.Draft] = [], discarding old: [String] = []
    ) {
        let (id, fence, now, shelf) = (work.id, work.job.record.fence, store.time.now(), service.shelf)
        work.alsoSQL { transaction in
            try StageTable.insert(document, of: stage, for: id, fence: fence, at: now, in: transaction)
            for name in old { try shelf.discard(name, of: id, at: now, in: transaction) }
            try shelf.keep(drafts, of: id, at: now, in: transaction)
        }
    }
}
