import ArgumentParser
import Foundation
import Lockstep

/// The command line of Lockstep.
@main
struct LockstepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep", abstract: "Looks after lifecycles and their jobs.",
        discussion: """
            Nearly every command takes --database (or LOCKSTEP_DATABASE), a file or the URL of a PostgreSQL database, and --json; those that change jobs go \
            the one road that workers and servers go, and the history says who did it (--as NAME).

            Errors are one sentence on standard error. The exit code is 0 when all went well, 1 when something \
            was refused, failed or found faulty, and 2 when the command was wrongly used.

            For completion in your shell: lockstep --generate-completion-script bash (or zsh, fish).
            """,
        subcommands: [
            AuditCommand.self, DiagramCommand.self, JobsCommand.self, StuckCommand.self, WorkersCommand.self,
            CountCommand.self, PauseCommand.self, ResumeCommand.self, ImportCommand.self, EraseCommand.self,
            BackupCommand.self, RestoreCommand.self, MigrateCommand.self, MigrationsCommand.self,
            PlanCommand.self, RolloutCommand.self,
            ServeCommand.self, UploadCommand.self, TokensCommand.self, DriftCommand.self, CheckCommand.self,
            AdoptCommand.self, GuardCommand.self, WatchTableCommand.self, ExportCommand.self,
        ])

    /// Runs the command and ends the process.
    static func main() async {
        var wantsJSON = false
        do {
            var command = try await asyncParseAsRoot()
            wantsJSON = (command as? any StoreCommand)?.global.json ?? false
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error, wantsJSON: wantsJSON)
        }
    }

    private static func end(with error: any Error, wantsJSON: Bool) -> Never {
        switch exitCode(for: error) {
        // Help and completion scripts are errors to the parser, and are none.
        case .success: exit(withError: error)
        case .validationFailure:
            Output.complain(message(for: error))
            Foundation.exit(2)
        default: break
        }
        if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
        if wantsJSON, let refusal = error as? Refusal {
            do {
                try Output.json(["refused": RefusalDocument(refusal)])
            } catch {
                Output.complain("the refusal could not be written as JSON: \(error)")
            }
        }
        Output.complain(Sentence.of(error))
        Foundation.exit(1)
    }
}
