import ArgumentParser
import Lockstep

/// `lockstep rollout`
struct RolloutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout", abstract: "Change a lifecycle in phases, beside processes of both versions.",
        discussion: """
            1. lockstep rollout expand new.yaml: the tables accept the new statuses, which nobody enters yet.
            2. Deploy: processes of the new version start and go by the old rules; those of the old one end.
            3. lockstep rollout activate NAME: the new rules hold. Refused while a live worker does not know them.
            4. lockstep rollout contract NAME: what went is accepted no more. Refused while jobs are there.

            'back' turns a rollout around: what was expanded is contracted next, what was activated is activated \
            back. A step that was made already is none, so that whoever was killed in one makes it again. 'lockstep \
            plan' shows beforehand what each step does.
            """,
        subcommands: [
            List.self, Expand.self, Activate.self, Contract.self, Back.self,
        ], defaultSubcommand: List.self)

    /// `lockstep rollout list`
    struct List: StoreCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the rollouts, and the workers that are in the way of an activation.")

        @OptionGroup var global: GlobalOptions

        func run() async throws {
            let store = try await global.store()
            let (rollouts, workers) = (try await store.rollouts(), try await store.workers())
            let (definitions, now) = (try await store.definitions(), store.time.now())
            let documents = try rollouts.map { rollout in
                let stored = definitions.first { $0.name == rollout.lifecycle }
                let inTheWay = try stored.map {
                    rollout.phase == .expanded
                        ? try rollout.unknowing(workers, stored: $0, now: now) : []
                }
                return RolloutDocument(rollout, inTheWay ?? [])
            }
            if global.json {
                try Output.json(["rollouts": documents])
                return
            }
            guard !documents.isEmpty else {
                Output.line("no lifecycle is being changed in phases")
                return
            }
            for document in documents { document.show() }
        }
    }

    /// `lockstep rollout expand`
    struct Expand: StoreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the tables accept the statuses of a new version.")

        @OptionGroup var global: GlobalOptions

        @Argument(
            help: "The new definition file.", completion: .file(extensions: FoundDefinition.extensions))
        var file: String

        func run() async throws {
            let targets = try FoundDefinition.read(file: file).map { try $0.definition.get() }
            let store = try await global.store()
            for target in targets {
                try RolloutCommand.say(
                    try await store.rollOut(target.name, .expand(to: target)), global)
            }
        }
    }

    /// `lockstep rollout activate`
    struct Activate: StoreCommand {
        static let configuration = CommandConfiguration(abstract: "Let the rules of the new version hold.")

        @OptionGroup var global: GlobalOptions

        @Argument(help: "The lifecycle.", completion: Completion.lifecycles)
        var lifecycle: String

        @Option(
            name: .customLong("despite"),
            help: ArgumentHelp(
                "Pass over this worker although it does not say that it knows the new statuses; may be repeated.",
                valueName: "worker"))
        var despite: [String] = []

        func run() async throws {
            try await RolloutCommand.make(
                .activate(despite: Set(despite.map { WorkerID($0) })), lifecycle, global)
        }
    }

    /// `lockstep rollout contract`
    struct Contract: StoreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the tables accept the statuses that went no more.")

        @OptionGroup var global: GlobalOptions

        @Argument(help: "The lifecycle.", completion: Completion.lifecycles)
        var lifecycle: String

        func run() async throws { try await RolloutCommand.make(.contract, lifecycle, global) }
    }

    /// `lockstep rollout back`
    struct Back: StoreCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a rollout around.",
            discussion: """
                What was expanded only needs 'contract' afterwards; what was activated needs 'activate', by which \
                the rules of before hold again, and 'contract'.
                """)

        @OptionGroup var global: GlobalOptions

        @Argument(help: "The lifecycle.", completion: Completion.lifecycles)
        var lifecycle: String

        func run() async throws { try await RolloutCommand.make(.turnBack, lifecycle, global) }
    }

    fileprivate static func make(
        _ move: RolloutMove, _ lifecycle: String, _ global: GlobalOptions
    ) async throws {
        try say(try await global.store().rollOut(lifecycle, move), global)
    }

    fileprivate static func say(_ rollout: Rollout, _ global: GlobalOptions) throws {
        let document = RolloutDocument(rollout, [])
        if global.json { try Output.json(document) } else { document.show() }
    }
}

/// How far a rollout is.
private struct RolloutDocument: Encodable {
    struct Worker: Encodable {
        let id: String
        let host: String
        let sentence: String
    }

    let lifecycle: String
    let phase: Rollout.Phase
    let added: [String]
    let removed: [String]
    let changedAt: Timestamp
    let inTheWay: [Worker]

    init(_ rollout: Rollout, _ inTheWay: [Rollout.Unknowing]) {
        lifecycle = rollout.lifecycle
        phase = rollout.phase
        added = rollout.added
        removed = rollout.removed
        changedAt = rollout.changedAt
        self.inTheWay = inTheWay.map {
            Worker(id: $0.worker.text, host: $0.host, sentence: $0.sentence)
        }
    }

    enum CodingKeys: String, CodingKey {
        case lifecycle, phase, added, removed
        case changedAt = "changed_at"
        case inTheWay = "in_the_way"
    }

    func show() {
        let next =
            switch phase {
            case .expanded: "; deploy the new version, then 'lockstep rollout activate \(lifecycle)'"
            case .activated: "; when no job is left in what goes, 'lockstep rollout contract \(lifecycle)'"
            case .contracted: ""
            }
        let changes = [("adds", added), ("takes away", removed)].filter { !$0.1.isEmpty }
            .map { "\($0.0) \(Sentence.list($0.1))" }
        let words = changes.isEmpty ? "" : " (\(changes.joined(separator: ", ")))"
        Output.line(Terminal.plain("\(lifecycle) is \(phase.rawValue)\(words)\(next)"))
        for worker in inTheWay {
            Output.line(Terminal.plain("    worker '\(worker.id)' (\(worker.host)) \(worker.sentence)"))
        }
    }
}
