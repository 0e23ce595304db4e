import ArgumentParser
import Lockstep

/// `lockstep stuck`
struct StuckCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "stuck", abstract: "List the jobs that somebody should look at.",
        discussion: """
            A job is stuck when it is parked, or longer in its status than the 'stuckAfter'. The audience says \
            who can do something about it: user_fixable, admin_required or temporary.

            Below stands what is paused, with the number of jobs that are there: they wait for 'lockstep resume'.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Of this lifecycle; otherwise of all.", completion: Completion.lifecycles)
    var lifecycle: String?

    func run() async throws {
        let store = try await global.store()
        var stuck: [Stuck] = []
        let definitions = try await store.lifecycles(lifecycle)
        for definition in definitions {
            var query = JobQuery(definition.name)
            query.isStuck = true
            let jobs = try await store.everyJob(query).map { Stuck($0, definition.rule(for: $0.status)) }
            stuck += jobs.sorted { ($0.audience.rawValue, $0.since) < ($1.audience.rawValue, $1.since) }
        }
        let pauses = try await store.pauseDocuments(definitions)
        if global.json {
            try Output.json(Document(stuck: stuck, pauses: pauses))
            return
        }
        let now = store.time.now()
        if stuck.isEmpty { Output.line("nothing is stuck") } else { Self.table(stuck, now).write(Terminal()) }
        for pause in pauses { Output.line(Terminal.plain(pause.line(now))) }
    }

    private static func table(_ stuck: [Stuck], _ now: Timestamp) -> Table {
        var table = Table("lifecycle", "audience", "id", "status", "for", "why")
        for job in stuck {
            table.add(
                .init(job.lifecycle), .init(job.audience.rawValue, .yellow), .init(job.id.text),
                .init(job.status), .init(Span.between(job.since, now)), .init(job.reason))
        }
        return table
    }

    private struct Document: Encodable {
        let stuck: [Stuck]
        let pauses: [PauseDocument]
    }

    /// A stuck job, and who can do what about it.
    private struct Stuck: Encodable {
        let id: JobID
        let lifecycle: String
        let status: String
        let owner: String?
        let parked: Bool
        let audience: Failure.Audience
        let reason: String
        let since: Timestamp

        init(_ job: JobRecord, _ rule: StatusRule?) {
            id = job.id
            lifecycle = job.lifecycle
            status = job.status
            owner = job.owner
            parked = job.parkedAt != nil
            since = job.parkedAt ?? job.enteredAt
            if parked {
                audience = job.failure?.audience ?? .adminRequired
                reason = job.failure?.message ?? "parked without a reason"
            } else {
                // What a person has to do is the user's business; a program's silence is the administrator's.
                audience = rule?.source == .person ? .userFixable : .adminRequired
                reason = StatusRule.stuckWords(rule)
            }
        }
    }
}
