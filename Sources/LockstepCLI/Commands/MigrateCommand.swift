import ArgumentParser
import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite

/// `lockstep migrate`
struct MigrateCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the tables to another layout.",
        discussion: """
            Without --to, to the layout of this version; an application does the same when it opens the database, \
            unless it forbids that. Each step is one transaction: a run that is killed is gone on from by the \
            next, and any number may run at once.

            Going back (--to 1) is for going on with an older version: stop the processes of the newer one first, \
            for they refuse to work with an older layout. 'lockstep migrations' lists what there is.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: ArgumentHelp("The layout to reach.", valueName: "number"))
    var to: Int?

    @Flag(name: .customLong("dry-run"), help: "Only say what would be done, with every statement.")
    var isDryRun = false

    func run() async throws {
        let keeper = try await global.keeper()
        let planned = isDryRun ? try await keeper.plan(to: to) : []
        let steps = isDryRun ? planned.map(\.step) : try await keeper.migrate(to: to)
        let layout = try await keeper.migrations().last { $0.applied != nil }?.number ?? 0
        if global.json {
            try Output.json(
                MigrateDocument(
                    dryRun: isDryRun, layout: layout,
                    steps: steps.enumerated().map { index, step in
                        MigrateDocument.Step(step, isDryRun ? planned[index].statements : nil)
                    }))
            return
        }
        for (index, step) in steps.enumerated() {
            let words = step.direction == .up ? "applied" : "undone"
            Output.line(
                "migration \(step.number) ('\(step.name)') \(isDryRun ? "would be" : "is") \(words)")
            guard isDryRun else { continue }
            for statement in planned[index].statements { Output.line("\(statement);") }
        }
        Output.line(steps.isEmpty ? "nothing to do: the layout is \(layout)" : "the layout is \(layout)")
    }

    private struct MigrateDocument: Encodable {
        struct Step: Encodable {
            let number: Int
            let name: String
            let direction: MigrationStep.Direction
            let statements: [String]?

            init(_ step: MigrationStep, _ statements: [String]?) {
                number = step.number
                name = step.name
                direction = step.direction
                self.statements = statements
            }
        }
        let dryRun: Bool
        let layout: Int
        let steps: [Step]

        enum CodingKeys: String, CodingKey {
            case layout, steps
            case dryRun = "dry_run"
        }
    }
}

/// `lockstep migrations`
struct MigrationsCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrations", abstract: "List the layouts of the tables, applied and to come.",
        discussion: """
            The tables are neither made nor changed by that. A migration that this version does not know was \
            applied by a newer one; whether this version can work beside it stands in the column 'needs': the \
            lowest layout that a process must know.
            """)

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        let states = try await global.keeper().migrations()
        if global.json {
            try Output.json(["migrations": states.map(MigrationDocument.init)])
            return
        }
        let terminal = Terminal()
        var table = Table("number", "name", "needs", "way back", "applied", "by")
        for state in states {
            table.add(
                .init(state.number), .init(state.name), .init(state.breaksBefore),
                .init(state.hasWayBack ? "yes" : state.isKnown ? "no" : "unknown"),
                .init(state.applied.map { Self.moment($0.appliedAt) } ?? "to come"),
                .init(state.applied?.appliedBy ?? ""))
        }
        table.write(terminal)
    }

    private static func moment(_ time: Timestamp) -> String { time.date.formatted(.iso8601) }

    private struct MigrationDocument: Encodable {
        let number: Int
        let name: String
        let needs: Int
        let known: Bool
        let wayBack: Bool
        let appliedAt: Timestamp?
        let appliedBy: String?

        init(_ state: MigrationState) {
            number = state.number
            name = state.name
            needs = state.breaksBefore
            known = state.isKnown
            wayBack = state.hasWayBack
            appliedAt = state.applied?.appliedAt
            appliedBy = state.applied?.appliedBy
        }

        enum CodingKeys: String, CodingKey {
            case number, name, needs, known
            case wayBack = "way_back"
            case appliedAt = "applied_at"
            case appliedBy = "applied_by"
        }
    }
}

extension GlobalOptions {
    /// Whoever looks after the layout of the database that is meant. One that is not there is not made.
    fileprivate func keeper() async throws -> any SchemaKeeper {
        switch try requiredAddress() {
        case .file(let path):
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue
            else {
                let fault = isFolder.boolValue ? "'\(path)' is a folder" : "there is no database '\(path)'"
                throw CommandError("\(fault); name the file that the application uses")
            }
            return try await SQLiteSchemaKeeper(path: path)
        case .postgres(let url):
            return PostgresSchemaKeeper(PostgresOptions(connection: url))
        }
    }
}
