import ArgumentParser
import Lockstep

/// `lockstep jobs list`
struct JobsListCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List jobs, newest first.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var selection: JobSelection

    @Option(help: "How many at most.")
    var limit = 50

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit \(limit) lists nothing; say 1 or more") }
    }

    func run() async throws {
        let store = try await global.store()
        // One more than is shown tells whether there are more.
        let found = try await selection.jobs(in: store, limit: limit == .max ? limit : limit + 1)
        let jobs = Array(found.prefix(limit))
        if global.json {
            try Output.json(
                ListDocument(jobs: jobs.map(JobDocument.init), more: found.count > jobs.count))
            return
        }
        guard !jobs.isEmpty else {
            Output.line("no job matches")
            return
        }
        let now = store.time.now()
        var table = Table("id", "lifecycle", "status", "%", "age", "owner", "note")
        for job in jobs {
            table.add(
                .init(job.id.text), .init(job.lifecycle), .init(job.status, Self.style(of: job)),
                .init(job.progress), .init(Span.between(job.createdAt, now)), .init(job.owner ?? ""),
                .init(Self.note(on: job), .dim))
        }
        table.write(Terminal())
        if found.count > jobs.count { Output.line("and more; --limit shows them") }
    }

    private struct ListDocument: Encodable {
        let jobs: [JobDocument]
        let more: Bool
    }

    private static func style(of job: JobRecord) -> Terminal.Style? {
        if job.parkedAt != nil { return .red }
        if job.claimedBy != nil { return .blue }
        return job.isLive ? nil : .dim
    }

    private static func note(on job: JobRecord) -> String {
        if job.parkedAt != nil { return "parked: \(job.failure?.message ?? "")" }
        if let hold = job.hold { return "held: \(hold)" }
        return job.progressDetail ?? job.failure?.message ?? ""
    }
}
