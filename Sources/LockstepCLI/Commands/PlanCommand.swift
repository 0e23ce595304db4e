import ArgumentParser
import Lockstep

/// `lockstep plan`
struct PlanCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show the steps from one version of a lifecycle to the next.",
        discussion: """
            NEW is a definition file; OLD is another one, or, where only one file is named, what is installed in \
            the database. Nothing is changed.

            '✓' marks what processes of the version before do not notice, '◆' what is refused until the condition \
            behind it holds, '!' what does harm unless you see to the condition. The exit code is 1 when the change \
            cannot be made in one rollout. 'lockstep rollout' makes the steps.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(
        help: "The old definition file, where there is one, and the new one.",
        completion: .file(extensions: FoundDefinition.extensions))
    var files: [String]

    func validate() throws {
        guard (1...2).contains(files.count) else {
            throw ValidationError("name the new definition file, or the old one and the new one")
        }
        if files.count == 2, global.database != nil {
            throw ValidationError("name either the old definition file or --database, not both")
        }
    }

    func run() async throws {
        let new = try Self.definitions(files[files.count - 1])
        var old = files.count == 2 ? try Self.definitions(files[0]) : []
        if files.count == 1 { old = try await global.store().definitions() }
        let plans = try new.map { definition in
            guard let before = old.first(where: { $0.name == definition.name }) else {
                throw CommandError(
                    "there is no lifecycle '\(definition.name)' to go from; install it, nothing has to be gone round"
                )
            }
            return DefinitionPlan(from: before, to: definition)
        }
        if global.json {
            try Output.json(["plans": plans.map(PlanDocument.init)])
        } else {
            let terminal = Terminal()
            for plan in plans { Self.show(plan, terminal) }
        }
        if plans.contains(where: { !$0.faults.isEmpty }) { throw ExitCode(1) }
    }

    private static func definitions(_ file: String) throws -> [Definition] {
        try FoundDefinition.read(file: file).map { try $0.definition.get().audited() }
    }

    private static func show(_ plan: DefinitionPlan, _ terminal: Terminal) {
        Output.line(terminal.paint(Terminal.plain(plan.lifecycle), .bold))
        if plan.steps.isEmpty { Output.line("    nothing changes") }
        var last: DefinitionPlan.Step.Phase?
        for step in plan.steps {
            if step.phase != last { Output.line("  \(terminal.paint(step.phase.rawValue, .blue))") }
            last = step.phase
            let mark =
                switch step.safety {
                case .safe: terminal.paint("✓", .green)
                case .guarded: terminal.paint("◆", .yellow)
                case .careful: terminal.paint("!", .red)
                }
            let condition = step.condition.map { terminal.paint("  (\(Terminal.plain($0)))", .dim) } ?? ""
            Output.line("    \(mark) \(Terminal.plain(step.sentence))\(condition)")
        }
        for fault in plan.faults {
            Output.line("  \(terminal.paint("✗", .red)) \(Terminal.plain(fault))")
        }
    }

    private struct PlanDocument: Encodable {
        let lifecycle: String
        let steps: [DefinitionPlan.Step]
        let faults: [String]

        init(_ plan: DefinitionPlan) {
            lifecycle = plan.lifecycle
            steps = plan.steps
            faults = plan.faults
        }
    }
}
