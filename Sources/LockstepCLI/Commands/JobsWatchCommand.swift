import ArgumentParser
import Lockstep

/// `lockstep jobs watch`
struct JobsWatchCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a job until it ends.",
        discussion: """
            Shows a bar on a terminal, a line for every change elsewhere, and with --json the job as one JSON \
            document a line. The exit code is 1 when the job ends in a failure or is deleted.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The job's id.")
    var id: String

    func run() async throws {
        let store = try await global.store()
        let (job, definition) = try await store.job(id)
        let terminal = Terminal()
        let overwrites = terminal.isTerminal && !global.json
        var last = job
        var isFirst = true
        for try await record in Following(store: store, job: job) {
            if global.json {
                try Output.json(JobDocument(record))
            } else if overwrites {
                Output.text("\r\u{1B}[K" + Self.bar(record, definition, terminal))
            } else if isFirst || Self.line(record) != Self.line(last) {
                Output.line(Self.line(record))
            }
            last = record
            isFirst = false
        }
        if overwrites { Output.line() }
        guard !last.isLive else { throw CommandError("the job \(job.id) was deleted while it was watched") }
        if definition.rule(for: last.status)?.kind == .failure {
            throw CommandError(
                "the job \(job.id) ended in '\(last.status)': \(last.failure?.message ?? "no failure was noted")"
            )
        }
    }

    private static func line(_ job: JobRecord) -> String {
        let detail = job.parkedAt != nil ? "parked: \(job.failure?.message ?? "")" : job.progressDetail
        return Terminal.plain("\(job.status)  \(job.progress) %" + (detail.map { "  \($0)" } ?? ""))
    }

    private static func bar(_ job: JobRecord, _ definition: Definition, _ terminal: Terminal) -> String {
        let style: Terminal.Style =
            switch definition.rule(for: job.status)?.kind {
            case .success: .green
            case .failure: .red
            default: job.parkedAt == nil ? .blue : .red
            }
        let bar = Bar.progress(job.progress, width: 24)
        let words = Terminal.cut(line(job), to: (terminal.width ?? 80) - 28)
        return "\(terminal.paint(bar, style))  \(words)"
    }
}
