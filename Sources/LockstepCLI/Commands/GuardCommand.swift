import ArgumentParser
import Foundation
import Lockstep
import LockstepDrift

/// `lockstep guard`
struct GuardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard",
        abstract: "Have a database keep a table that is already there to its declared statuses.",
        discussion: """
            Looks at the database and writes the migration that is missing: a CHECK of the declared statuses, a \
            trigger that lets rows begin in initial statuses alone, and one that refuses undeclared moves; each step \
            with its lock and whether it may run in a transaction. Nothing is changed without --apply.

                lockstep guard orders.yaml                       what is to be done
                lockstep guard orders.yaml --output migrations   as files, with their reverse
                lockstep guard orders.yaml --apply               do it, while writers go on
                lockstep guard orders.yaml --remove --apply      take it away again

            The database is --database, or LOCKSTEP_DATABASE in the environment.

            The file is a lifecycle that says 'guards: table.column'; `lockstep adopt` writes one. With --apply a lock \
            that is not had in time is tried again later, and a run that was ended goes on where it was. Rows that \
            hold what would be refused are never changed: it says how many there are, what they might become, and \
            ends with 1.
            """)

    @Argument(
        help: ArgumentHelp(
            "Files of lifecycles that say which columns they guard.", valueName: "declaration"),
        completion: .file(extensions: FoundDefinition.extensions))
    var declarations: [String]

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("column"),
        help: ArgumentHelp(
            "The column the declaration is for, where it does not say.", valueName: "table.column"))
    var columns: [String] = []

    @Flag(help: "Do it.")
    var apply = false

    @Flag(help: "Take the guard away instead, and put back what was there.")
    var remove = false

    @Flag(help: "Refuse NULL as well.")
    var notNull = false

    @Option(
        help: ArgumentHelp(
            "Write the migration into this folder: a file a step, and <step>.down.sql for its reverse.",
            valueName: "folder"), completion: .directory)
    var output: String?

    @Option(
        help: ArgumentHelp(
            "How long a statement waits for its lock, and keeps writers waiting behind it.",
            valueName: "milliseconds"))
    var lockTimeout = 50

    func validate() throws {
        guard !declarations.isEmpty else {
            throw ValidationError("no declaration is named; name a file that says 'guards: table.column'")
        }
        guard (1...60_000).contains(lockTimeout) else {
            throw ValidationError("--lock-timeout \(lockTimeout) is no time; say 1 to 60000 milliseconds")
        }
        if apply, output != nil {
            throw ValidationError("--apply and --output exclude each other; keep one of them")
        }
    }

    func run() async throws {
        let guarded = try GuardedColumns.read(declarations, columns: columns)
        let database = try await LiveDatabase.open(try global.requiredAddress())
        do {
            var documents: [GuardDocument] = []
            for column in guarded { documents.append(try await run(column, in: database)) }
            if global.json { try Output.json(["columns": documents]) }
            try await database.close()
        } catch let error as GuardRun.BadRows {
            try? await database.close()
            // A line for each value.
            for line in error.description.split(separator: "\n") { Output.complain(String(line)) }
            throw ExitCode(1)
        } catch {
            // Why the run ended matters more than how its connection does.
            try? await database.close()
            throw error
        }
    }

    private func run(_ column: GuardedColumn, in database: LiveDatabase) async throws -> GuardDocument {
        let plan = try await plan(column, in: database)
        guard apply else {
            if let output {
                try write(plan, into: output)
            } else if !global.json {
                show(plan)
            }
            return GuardDocument(plan, applied: nil)
        }
        let isQuiet = global.json
        let run = GuardRun(
            column, in: database, refusingNull: notNull, lockTimeout: .milliseconds(lockTimeout))
        let tell: @Sendable (GuardRun.Event) -> Void = { event in
            guard !isQuiet, let line = Self.line(event) else { return }
            Output.line(Terminal.plain(line))
        }
        let done = remove ? try await run.remove(tell) : try await run.apply(tell)
        if !isQuiet {
            Output.line(Terminal.plain("\(column.place) is \(remove ? "no longer guarded" : "guarded")"))
            for note in plan.notes { Output.line(Terminal.plain("note: \(note)")) }
        }
        return GuardDocument(plan, applied: done)
    }

    private func plan(_ column: GuardedColumn, in database: LiveDatabase) async throws -> GuardPlan {
        remove
            ? try await GuardPlan.removal(of: column, in: database, lockTimeout: .milliseconds(lockTimeout))
            : try await GuardPlan.make(
                for: column, in: database, refusingNull: notNull, lockTimeout: .milliseconds(lockTimeout))
    }

    private func show(_ plan: GuardPlan) {
        if plan.isDone {
            Output.line(
                Terminal.plain(
                    "\(plan.place) is \(remove ? "not guarded" : "guarded"); nothing is to be done"))
        }
        for (index, file) in plan.migration.enumerated() {
            if index > 0 { Output.line() }
            Output.text(file.text)
        }
        guard plan.isDone else { return }
        for repair in plan.repairs { Output.line("-- First: \(Terminal.plain(repair.statement))") }
        for note in plan.notes { Output.line("-- Note: \(Terminal.plain(note))") }
    }

    private func write(_ plan: GuardPlan, into folder: String) throws {
        // The reverse has the last step first.
        let reverse = plan.reverseMigration.reversed()
        for (file, down) in zip(plan.migration, reverse) {
            try FileText.write(file.text, to: "\(folder)/\(file.name).sql")
            try FileText.write(down.text, to: "\(folder)/\(file.name).down.sql")
            Output.line("\(folder)/\(file.name).sql")
        }
        if plan.isDone { Output.line(Terminal.plain("\(plan.place): nothing is to be done")) }
    }

    private static func line(_ event: GuardRun.Event) -> String? {
        switch event {
        case .begins(let step): "\(step.title) …"
        case .waits(let step, let attempt):
            attempt == 1 || attempt % 20 == 0
                ? "  the lock was not had in time (\(step.lock)); trying again" : nil
        case .commits: nil
        case .ended: "  done"
        }
    }
}
