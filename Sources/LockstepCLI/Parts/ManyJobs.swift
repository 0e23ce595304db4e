import ArgumentParser
import Lockstep

/// The jobs that a change is for: named by id, or all that match.
struct ManyJobs: ParsableArguments {
    @Argument(help: "The ids of jobs; or select jobs by the options below.")
    var ids: [String] = []

    @OptionGroup var selection: JobSelection

    @Option(help: "Why, for the history.")
    var reason: String?

    @Flag(help: "Only say what would happen to how many, by status.")
    var dryRun = false

    @Flag(help: "Yes, change every job that matches.")
    var yes = false

    func validate() throws {
        if ids.isEmpty && !selection.isNarrow {
            throw ValidationError(
                "no job is named; give ids, or select jobs by --lifecycle, --status, --owner, --key, --stuck, "
                    + "--live or --ended")
        }
        if !ids.isEmpty && selection.isNarrow {
            throw ValidationError("jobs are given by id and selected by options; do one of the two")
        }
    }

    /// Changes the jobs, or says what would happen to them.
    func change(_ change: Command.Change, verb: String, _ global: GlobalOptions) async throws {
        let store = try await global.store()
        let jobs = try await jobs(in: store)
        guard !ids.isEmpty || jobs.isEmpty || yes || dryRun else {
            throw CommandError(
                "this would \(verb) \(jobs.count) jobs; look at them with --dry-run, then say --yes")
        }
        let commands = jobs.map { job in
            var command = Command(change, job: job.id, of: job.lifecycle, by: global.actor)
            // What was looked at is what is changed; a job that went on meanwhile is left alone.
            command.expecting = job.status
            command.reason = reason
            return command
        }
        let report =
            dryRun
            ? try await Self.foresee(commands, on: jobs, in: store)
            : try await Self.carryOut(commands, on: jobs, in: store)
        if global.json {
            try Output.json(report.document)
        } else if jobs.isEmpty {
            Output.line("no job matches")
        } else {
            report.write(each: !ids.isEmpty, Terminal())
        }
        try Self.complain(about: report)
    }

    private static func complain(about report: ChangeReport) throws {
        guard !report.isDryRun, let first = report.refused.first?.refusal else { return }
        let others = report.refused.count - 1
        throw CommandError(first.message + (others == 0 ? "" : " (and \(others) more were refused)"))
    }

    private func jobs(in store: any Database) async throws -> [JobRecord] {
        if ids.isEmpty {
            var selection = selection
            // What has ended is only meant where that is said.
            selection.live = !selection.ended
            return try await selection.jobs(in: store)
        }
        var found: [JobRecord] = []
        for id in ids { found.append(try await store.job(id).record) }
        return found
    }

    /// What the road would decide, by the function that decides.
    private static func foresee(
        _ commands: [Command], on jobs: [JobRecord], in store: any Store
    ) async throws -> ChangeReport {
        let definitions = Dictionary(
            try await store.definitions().map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        let now = store.time.now()
        let lines = zip(commands, jobs).compactMap { command, job in
            definitions[job.lifecycle].map {
                ChangeReport.Line(job, Road.decide(command, on: job, definition: $0, now: now, draw: 0.5))
            }
        }
        return ChangeReport(lines: lines, isDryRun: true)
    }

    private static func carryOut(
        _ commands: [Command], on jobs: [JobRecord], in store: any Store
    ) async throws -> ChangeReport {
        var lines: [ChangeReport.Line] = []
        for start in stride(from: 0, to: commands.count, by: 500) {
            let batch = start..<min(start + 500, commands.count)
            lines += zip(jobs[batch], try await store.apply(Array(commands[batch]))).map {
                ChangeReport.Line($0, $1)
            }
        }
        return ChangeReport(lines: lines, isDryRun: false)
    }
}
