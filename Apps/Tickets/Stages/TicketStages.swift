import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads
import Logging
import NIOCore
import TicketDrafting
import TicketExport

/// What workers do in each working status. What they come to is written as they go, under their claim, so that another
/// worker goes on behind it.
struct TicketStages: Sendable {
    let sessions: SessionRepository
    let logger: Logger

    /// So many tickets are drafted at once.
    private static let part = 8

    /// The handlers of all working statuses.
    @HandlerBuilder var handlers: [Handler] {
        Handler(TicketSession.processing) { work in try await telling(work) { try await draft(work) } }
        Handler(TicketSession.exporting) { work in try await telling(work) { try await export(work) } }
    }

    private var store: any SQLStore { sessions.store }

    // MARK: Drafting

    /// Drafts tickets from the files, part by part: whoever takes over goes on with those that are missing.
    private func draft(_ work: Work<TicketSession>) async throws -> TicketSession {
        let (session, files) = try await store.read { database in
            (
                try SessionTable.find(work.id, of: nil, in: database),
                try FileTable.list(of: work.id, in: database)
            )
        }
        guard let session else { throw CancellationError() }
        guard !files.isEmpty else {
            throw Failure.userFixable(
                "The session has no files; upload the site's exports.", code: "no_files")
        }
        work.report(2, "Reading the site's exports")
        let site = try await site(from: files)
        let subjects = site.subjects
        guard !subjects.isEmpty else {
            throw Failure.userFixable(
                "The files hold no content types, views, menus or integrations; upload the site's exports.",
                code: "empty_site")
        }
        let drafter = try sessions.services.drafter(session.llmProviderChoice)
        let there = try await store.read { try TicketTable.list(of: work.id, in: $0) }
        let known = Set(there.map(\.draft.subject))
        let places = Dictionary(
            subjects.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
        let request = DraftRequest(
            siteName: session.siteName ?? "", siteDescription: session.siteDescription ?? "", site: site,
            subjects: subjects.filter { !known.contains($0) })
        var done = known.count
        for part in request.parts(of: Self.part) {
            try Task.checkCancellation()
            let tickets = try await drafter.drafts(for: part).map { draft in
                Ticket(
                    id: JobID(at: store.time.now()), session: work.id, place: places[draft.subject] ?? 0,
                    draft: draft)
            }
            done += tickets.count
            try await write(tickets, TicketTask(done: done, wanted: subjects.count), work)
        }
        let now = store.time.now()
        work.alsoSQL { transaction in
            try TaskTable.validate(work.id, at: now, in: transaction)
            guard var session = try SessionTable.find(work.id, of: nil, in: transaction) else { return }
            session.totalTicketsGenerated = try TicketTable.list(of: work.id, in: transaction).count
            try SessionTable.update(session, at: now, in: transaction)
        }
        return .review
    }

    /// Reads the files, on a thread of its own: they are anybody's.
    private func site(from files: [TicketFile]) async throws -> Site {
        var read: [SiteFile] = []
        for file in files {
            var data = Data()
            for try await chunk in try await sessions.storage.read(file.key, version: nil, range: nil) {
                data.append(contentsOf: chunk.readableBytesView)
                guard data.count <= SiteLimits.standard.bytes else { break }
            }
            read.append(SiteFile(name: file.filename, data: data))
        }
        let all = read
        return try await Offload.run { _ in try SiteReader().read(all) }
    }

    private func write(_ tickets: [Ticket], _ task: TicketTask, _ work: Work<TicketSession>) async throws {
        let now = store.time.now()
        try await work.writeSQL(
            in: store, progress: 5 + 94 * task.done / max(1, task.wanted),
            "Drafted \(task.done) of \(task.wanted) tickets"
        ) { transaction in
            for ticket in tickets { try TicketTable.insert(ticket, in: transaction) }
            try TaskTable.set(task, of: work.id, at: now, in: transaction)
        }
    }

    // MARK: Exporting

    /// Creates the approved tickets in Jira, each exactly once; see `ExportPlan`.
    private func export(_ work: Work<TicketSession>) async throws -> TicketSession {
        guard let jira = sessions.services.jira else {
            throw Failure.adminRequired(
                "this worker is not connected to a Jira; set LOCKSTEP_JIRA_URL, LOCKSTEP_JIRA_EMAIL and "
                    + "LOCKSTEP_JIRA_TOKEN, and let the job be tried again", code: "no_jira")
        }
        let (plan, tickets) = try await store.read { database in
            (
                try TaskTable.task(of: work.id, in: database)?.plan,
                try TicketTable.list(of: work.id, in: database)
            )
        }
        guard let plan else {
            throw Failure.userFixable(
                "It was not said which project the tickets go to; say it, and export again.",
                code: "no_project")
        }
        let known = Dictionary(tickets.map { ($0.id.text, $0) }, uniquingKeysWith: { first, _ in first })
        let time = store.time
        let runner = ExportRunner(
            transport: jira.transport, times: sessions.services.times, now: { time.now() })
        // What a run before this one has written is written once more, in case that it has not.
        var told: Set<String> = []
        let end = try await runner.run(plan) { id in
            guard let ticket = known[id] else {
                throw Failure.adminRequired(
                    "the ticket \(id) of the export is gone from the database", code: "no_ticket")
            }
            return ticket.issue(in: plan.project)
        } record: { plan in
            let settled = plan.tickets.filter { $0.isSettled && !told.contains($0.id) }
            try await record(plan, settled, page: jira.page, work)
            told.formUnion(settled.map(\.id))
        }
        if let refusal = end.refusal { throw refusal }
        return .completed
    }

    /// Keeps the plan, and what has become of tickets.
    private func record(
        _ plan: ExportPlan, _ settled: [ExportTicket], page: @escaping @Sendable (String) -> String,
        _ work: Work<TicketSession>
    ) async throws {
        let task = TicketTask(done: plan.keys.count, wanted: plan.tickets.count, plan: plan)
        let now = store.time.now()
        try await work.writeSQL(
            in: store, progress: 99 * task.done / max(1, task.wanted),
            "\(task.done) of \(task.wanted) tickets are in Jira"
        ) { transaction in
            try TaskTable.set(task, of: work.id, at: now, in: transaction)
            for exported in settled {
                try TicketTable.export(
                    JobID(stored: exported.id), key: exported.key, url: exported.key.map(page),
                    refusal: exported.refusal,
                    in: transaction)
            }
        }
    }

    // MARK: Errors

    /// Writes an error of the work down beside the session, before the worker deals with it.
    private func telling(
        _ work: Work<TicketSession>, _ body: () async throws -> TicketSession
    ) async throws -> TicketSession {
        do {
            return try await body()
        } catch let error where !(error is CancellationError || error is Refusal) {
            try Task.checkCancellation()
            let failure = Failure(error)
            let told = TicketError(
                at: store.time.now(), audience: failure.audience, code: failure.code, message: failure.message
            )
            do {
                try await work.writeSQL(in: store) { transaction in
                    try TaskTable.insert(told, of: work.id, in: transaction)
                }
            } catch {
                // The job keeps it; the list beside the session is a courtesy.
                logger.warning(
                    "an error could not be written beside its session",
                    metadata: ["session": "\(work.id)", "error": "\(error)"])
            }
            throw failure
        }
    }
}
