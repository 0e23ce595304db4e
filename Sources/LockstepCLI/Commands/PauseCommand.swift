import ArgumentParser
import Lockstep

/// `lockstep pause`
struct PauseCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let no job be claimed from a status, or in a whole lifecycle.",
        discussion: """
            Holds for every worker of the database at once, and until 'lockstep resume'. Jobs that are being \
            worked on go on and finish; jobs still start and move; time limits still run, and jobs that are late \
            go where their lifecycle says. In a paused working status no work begins, neither on the jobs that \
            are there nor on those in its queue. 'lockstep stuck' and 'lockstep count' show what is paused.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: PausePlace

    @Option(help: "Why, for whoever wonders.")
    var reason: String?

    func run() async throws {
        let store = try await global.store()
        let before = try await store.pauses().all
        let pause = try await store.pause(
            place.lifecycle, status: place.status, by: global.actor, reason: reason)
        let documents = try await store.pauseDocuments(try await store.lifecycles(place.lifecycle))
        guard let document = documents.first(where: { $0.pause == pause }) else {
            throw CommandError("\(pause.place) was paused, and somebody let it go on meanwhile")
        }
        if global.json {
            try Output.json(document)
            return
        }
        if before.contains(pause) { Output.line("it was paused already") }
        Output.line(Terminal.plain(document.line(store.time.now())))
    }
}
