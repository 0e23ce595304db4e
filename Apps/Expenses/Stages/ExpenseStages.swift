import ExpenseStatements
import Lockstep
import LockstepSQL
import LockstepSandbox
import LockstepServer
import Logging

/// What workers do in each working status.
struct ExpenseStages: Sendable {
    let service: ExpenseService
    let logger: Logger

    private var store: any SQLStore { service.store }
    private var sessions: SessionTable { service.sessions }

    /// The handlers of the working statuses, and the clean-up at the end of retention.
    @HandlerBuilder var handlers: [Handler] {
        Handler(ExpenseSession.processing) { try await process($0) }
        Handler(ExpenseSession.extracting) { try await extract($0) }
        Handler(ExpenseSession.matching) { try await match($0) }
        Handler.cleaningUp(ExpenseSession.self) { try await forget($0) }
    }

    /// Looks what is left to read: after a failure in matching, nothing is.
    private func process(_ work: Work<ExpenseSession>) async throws -> ExpenseSession {
        let (_, files) = try await session(of: work)
        work.report(2, "\(files.count) file\(files.count == 1 ? "" : "s")")
        return files.allSatisfy { $0.phase == .read } ? .matching : .extracting
    }

    /// Reads file after file. What was read is written at once, so that an attempt after a failure reads only what is left.
    private func extract(_ work: Work<ExpenseSession>) async throws -> ExpenseSession {
        let (row, files) = try await session(of: work)
        for (index, file) in files.enumerated() where file.phase != .read {
            let begun = 2 + 80 * index / files.count
            let words = "reading file \(file.place) of \(files.count)"
            work.report(begun, words)
            try await write(.reading, of: file.place, nil, work)
            let document: Document
            do {
                document = try await read(
                    service.folder.path(of: file.name, in: row.storageKey), share: 80 / files.count,
                    from: begun, words,
                    work)
            } catch let error as any FailureConvertible where error.failure.audience == .userFixable {
                try await write(.refused, of: file.place, nil, work)
                throw Self.refusal(error.failure, of: file, among: files.count)
            }
            try await write(.read, of: file.place, document, work)
        }
        let found = try await sessions.documents(of: work.id)
        let isEmpty = found.values.allSatisfy { document in
            if case .statement(let statement) = document { statement.transactions.isEmpty } else { false }
        }
        guard isEmpty else { return .matching }
        // Months in which nobody has spent anything: there is nothing to match.
        try await finish(work, files, found)
        return .completed
    }

    /// Finds out who spent what, and writes the report with the move to `completed`.
    private func match(_ work: Work<ExpenseSession>) async throws -> ExpenseSession {
        let (_, files) = try await session(of: work)
        work.report(85, "comparing names, receipts and sums")
        try await finish(work, files, try await sessions.documents(of: work.id))
        return .completed
    }

    private func finish(
        _ work: Work<ExpenseSession>, _ files: [SessionFile], _ documents: [Int: Document]
    ) async throws {
        let employees = try await service.directory.employees(of: work.job.owner ?? "")
        let reads = files.compactMap { file in
            documents[file.place].map {
                SessionMatching.Read(file: file.place, filename: file.filename, document: $0)
            }
        }
        let report = try await Offload.run { _ in
            do {
                return try SessionMatching.report(on: reads, employees: employees)
            } catch let error as MoneyError {
                throw Failure.userFixable("\(error)", code: "too_much_money")
            }
        }
        let (id, now) = (work.id, store.time.now())
        work.alsoSQL { try ReportTable.insert(report, of: id, at: now, in: $0) }
        try work.output(report.summary)
    }

    /// Erases what a session left behind, before it is `expired`. It may run more than once.
    private func forget(_ job: Job<ExpenseSession>) async throws {
        if let row = try await sessions.find([job.id])[job.id] {
            try await service.folder.erase(row.storageKey)
        }
        try await store.write { transaction in
            try ReportTable.delete(job.id, in: transaction)
            try SessionTable.forget(job.id, in: transaction)
        }
    }

    // MARK: Files

    /// The files of a job. One that was started through the general job routes has none.
    private func session(
        of work: Work<ExpenseSession>
    ) async throws -> (row: SessionTable.Row, files: [SessionFile]) {
        guard let row = try await sessions.find([work.id])[work.id],
            let files = try await sessions.files(of: [work.id])[work.id], !files.isEmpty
        else {
            throw Failure.userFixable(
                "The session has no files; upload them with POST /api/expenses/sessions.", code: "no_files")
        }
        return (row, files)
    }

    /// Reads a file in a sandbox.
    private func read(
        _ path: String, share: Int, from begun: Int, _ words: String, _ work: Work<ExpenseSession>
    ) async throws -> Document {
        let pages = try await SandboxFolder.with(in: service.folder.scratch) { folder in
            try await PDFText(logger: logger).read(path, in: folder) { progress in
                work.report(
                    begun + share * progress.pages / max(1, progress.of),
                    "\(words), page \(progress.pages) of \(progress.of)")
            }
        }
        return try await Offload.run { _ in
            do {
                return try StatementParser.parse(pages)
            } catch let error as StatementError {
                throw Failure.userFixable(error.description, code: error.kind.rawValue)
            }
        }
    }

    /// Says how far a file is. It is written together with a report under the claim, so that a worker which no longer holds
    /// the session writes nothing.
    private func write(
        _ phase: SessionFile.Phase, of place: Int, _ document: Document?, _ work: Work<ExpenseSession>
    ) async throws {
        let id = work.id
        try await work.writeSQL(in: store) { transaction in
            try SessionTable.set(phase, of: place, in: id, document: document, in: transaction)
        }
    }

    /// What is said of a file that cannot be read. Its name is the user's and is not in the history, which outlives the file.
    private static func refusal(_ failure: Failure, of file: SessionFile, among count: Int) -> Failure {
        guard count > 1 else { return failure }
        return .userFixable("File \(file.place) of \(count): \(failure.message)", code: failure.code)
    }
}
