import ArgumentParser
import Lockstep

/// `lockstep jobs show`
struct JobsShowCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything about a job.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The job's id.")
    var id: String

    func run() async throws {
        let store = try await global.store()
        let (job, definition) = try await store.job(id)
        if global.json {
            try Output.json(JobDocument(job))
            return
        }
        let terminal = Terminal()
        for (name, value) in Self.lines(of: job, definition, store.time.now()) {
            let space = String(repeating: " ", count: max(1, 12 - name.count))
            Output.line(terminal.paint(name, .dim) + space + Terminal.plain(value))
        }
    }

    private static func lines(
        of job: JobRecord, _ definition: Definition, _ now: Timestamp
    ) -> [(String, String)] {
        let rule = definition.rule(for: job.status)
        let allowed = definition.allowed(from: job.status, by: .operator)
        let failure = job.failure.map { "\($0.message) (\($0.audience.rawValue), \($0.code))" }
        let since = Span.between(job.enteredAt, now)
        let lines: [(String, String?)] = [
            ("job", job.id.text),
            ("lifecycle", job.lifecycle),
            ("status", "\(job.status) (\(rule?.kind.rawValue ?? "undeclared")), for \(since)"),
            ("progress", "\(job.progress) %" + (job.progressDetail.map { ", \($0)" } ?? "")),
            ("owner", job.owner),
            ("key", job.key),
            ("priority", "\(job.priority)"),
            ("claim", job.claimedBy.map { "worker \($0), fence \(job.fence), attempt \(job.attempt)" }),
            ("hold", job.hold),
            ("parked", job.parkedAt.map(Span.moment)),
            ("failure", failure),
            ("available", job.availableAt > now ? Span.moment(job.availableAt) : nil),
            (job.isLive ? "deadline" : "kept until", job.deadline.map(Span.moment)),
            ("started", Span.moment(job.createdAt)),
            ("ended", job.endedAt.map(Span.moment)),
            ("version", "\(job.version)"),
            ("input", job.input),
            ("output", job.output),
            ("metadata", job.metadata),
            ("may move to", allowed.isEmpty ? nil : allowed.joined(separator: ", ") + " (by an operator)"),
        ]
        return lines.compactMap { name, value in value.map { (name, $0) } }
    }
}
