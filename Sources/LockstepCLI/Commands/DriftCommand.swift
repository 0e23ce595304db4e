import ArgumentParser
import Lockstep
import LockstepDrift

/// `lockstep drift`
struct DriftCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compare the tables of a database with their definitions.",
        discussion: """
            Says in one sentence each what is not as the installed definitions made it: a missing trigger, a CHECK \
            that somebody changed by hand, a column that is gone. The exit code is 1 when there is anything.

            With --mend the CHECKs, triggers and indexes of these lifecycles are made anew; no row is changed. It \
            is refused while rows hold statuses that are not declared.
            """)

    @OptionGroup var global: GlobalOptions

    @Flag(help: "Make what drifted anew.")
    var mend = false

    func run() async throws {
        let store = try await global.store()
        var drift = try await LiveSchema.drift(of: store)
        let found = drift
        if mend {
            for lifecycle in Set(found.map(\.lifecycle)).sorted() {
                try await store.mendSchema(of: lifecycle)
            }
            if !found.isEmpty { drift = try await LiveSchema.drift(of: store) }
        }
        if global.json {
            try Output.json(
                Document(drift: drift.map(Document.Item.init), mended: mend ? found.count - drift.count : 0))
        } else {
            for item in found where mend && !drift.contains(item) { Output.line("mended: \(item)") }
            for item in drift { Output.line(Terminal.plain("\(item)")) }
            if found.isEmpty { Output.line("nothing drifted in \(Terminal.plain(store.place))") }
        }
        if !drift.isEmpty { throw ExitCode(1) }
    }

    private struct Document: Encodable {
        struct Item: Encodable {
            let lifecycle: String
            let object: String
            let sentence: String

            init(_ drift: SchemaDrift) {
                lifecycle = drift.lifecycle
                object = drift.object
                sentence = drift.sentence
            }
        }
        let drift: [Item]
        let mended: Int
    }
}
