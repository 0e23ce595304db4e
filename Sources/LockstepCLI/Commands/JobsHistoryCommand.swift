import ArgumentParser
import Lockstep

/// `lockstep jobs history`
struct JobsHistoryCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Show what happened to a job, and how long each step took.")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "The job's id.")
    var id: String

    func run() async throws {
        let store = try await global.store()
        let (job, _) = try await store.job(id)
        let history = try await store.history(of: job.id, in: job.lifecycle, after: 0)
        if global.json {
            try Output.json(HistoryDocument(of: job, history))
            return
        }
        var table = Table("at", "after", "what", "status", "who", "why")
        for (entry, before) in zip(history, [nil] + history.map(Optional.some)) {
            let after = before.map { "+" + Span.between($0.at, entry.at) } ?? ""
            let isMove = entry.from != nil && entry.from != entry.to
            let way = isMove ? "\(entry.from ?? "") → \(entry.to)" : entry.to
            table.add(
                .init(Span.moment(entry.at)), .init(after), .init(entry.kind.rawValue),
                .init(way, .bold), .init(entry.actor.description), .init(entry.reason ?? "", .dim))
        }
        table.write(Terminal())
        guard let last = history.last else { return }
        let here = job.isLive ? "in '\(job.status)' for" : "ended in '\(job.status)' after"
        let end = job.isLive ? Span.between(last.at, store.time.now()) : Span.between(job.createdAt, last.at)
        Output.line("\(here) \(end)")
    }
}
