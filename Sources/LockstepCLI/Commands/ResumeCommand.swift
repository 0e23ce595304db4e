import ArgumentParser
import Lockstep

/// `lockstep resume`
struct ResumeCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let jobs be claimed again where 'lockstep pause' stopped it.",
        discussion: """
            Waiting workers go on at once. The pause of a lifecycle and those of its statuses are lifted one by \
            one; what is still paused is said.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var place: PausePlace

    func run() async throws {
        let store = try await global.store()
        let lifted = try await store.resume(place.lifecycle, status: place.status)
        let left = try await store.pauseDocuments(try await store.lifecycles(place.lifecycle))
        if global.json {
            try Output.json(ResumeDocument(resumed: lifted, pauses: left))
            return
        }
        let now = store.time.now()
        let wish = Pause(place.lifecycle, status: place.status, at: now, by: global.actor)
        Output.line(Terminal.plain(lifted.map { "\($0.place) goes on" } ?? "\(wish.place) was not paused"))
        for document in left { Output.line(Terminal.plain(document.line(now))) }
    }

    private struct ResumeDocument: Encodable {
        let resumed: Pause?
        /// What is still paused in the lifecycle.
        let pauses: [PauseDocument]

        private enum Key: CodingKey { case resumed, pauses }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(resumed, forKey: .resumed)
            try container.encode(pauses, forKey: .pauses)
        }
    }
}
