import ArgumentParser
import Lockstep

/// `lockstep erase`
struct EraseCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Delete a person's jobs and their histories.",
        discussion: """
            Ended jobs are deleted with their histories. Live ones are cancelled first, where their lifecycle \
            declares it; otherwise they are refused, named, and left as they are: let them end, then erase \
            again. What an application keeps about a job elsewhere, in tables or files of its own, is the \
            application's to delete.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "Whose jobs.")
    var owner: String

    @Option(help: "Of this lifecycle; otherwise of all.", completion: Completion.lifecycles)
    var lifecycle: String?

    @Flag(help: "Only say what would happen to how many, by status.")
    var dryRun = false

    @Flag(help: "Yes, delete them.")
    var yes = false

    func run() async throws {
        let store = try await global.store()
        var lines: [ChangeReport.Line] = []
        for definition in try await store.lifecycles(lifecycle) {
            var query = JobQuery(definition.name)
            query.owner = owner
            let jobs = try await store.everyJob(query)
            guard yes || dryRun || jobs.isEmpty else {
                throw CommandError(
                    "this would delete the jobs of '\(owner)' for good; look at them with --dry-run, then say "
                        + "--yes")
            }
            lines +=
                dryRun
                ? jobs.map { foresee($0, definition, store.time.now()) } : try await erase(jobs, in: store)
        }
        let report = ChangeReport(lines: lines, isDryRun: dryRun)
        if global.json {
            try Output.json(report.document)
        } else if lines.isEmpty {
            Output.line("'\(owner)' has no jobs")
        } else {
            report.write(each: false, Terminal())
            for line in report.refused { Output.line("    " + Terminal.plain(line.refusal?.message ?? "")) }
        }
        guard dryRun || report.refused.isEmpty else {
            throw CommandError(
                "\(report.refused.count) of \(lines.count) jobs of '\(owner)' are still there; let them end, "
                    + "then erase again")
        }
    }

    private func command(_ change: Command.Change, _ job: JobRecord) -> Command {
        var command = Command(change, job: job.id, of: job.lifecycle, by: global.actor)
        command.ownedBy = owner
        command.reason = "erased"
        return command
    }

    private func foresee(
        _ job: JobRecord, _ definition: Definition, _ now: Timestamp
    ) -> ChangeReport.Line {
        func decide(_ change: Command.Change, on record: JobRecord) -> Decision {
            Road.decide(command(change, job), on: record, definition: definition, now: now, draw: 0.5)
        }
        guard job.isLive else { return .init(job, decide(.erase, on: job)) }
        let cancelled = decide(.cancel, on: job)
        guard case .write(let after, _) = cancelled else { return .init(job, cancelled) }
        return .init(job, decide(.erase, on: after))
    }

    /// Cancels and erases, each job's two steps in one transaction.
    private func erase(_ jobs: [JobRecord], in store: any Store) async throws -> [ChangeReport.Line] {
        var lines: [ChangeReport.Line] = []
        for start in stride(from: 0, to: jobs.count, by: 250) {
            let batch = Array(jobs[start..<min(start + 250, jobs.count)])
            let changes = batch.map { $0.isLive ? [Command.Change.cancel, .erase] : [.erase] }
            let commands = zip(batch, changes).flatMap { job, changes in changes.map { command($0, job) } }
            var outcomes = try await store.apply(commands)[...]
            for (job, changes) in zip(batch, changes) {
                let own = outcomes.prefix(changes.count)
                outcomes = outcomes.dropFirst(changes.count)
                let refused = own.first { if case .refused = $0 { true } else { false } }
                guard let outcome = refused ?? own.last else { continue }
                lines.append(.init(job, outcome))
            }
        }
        return lines
    }
}
