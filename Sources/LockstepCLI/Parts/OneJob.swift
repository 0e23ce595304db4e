import ArgumentParser
import Lockstep

/// The one job that a change is for.
struct OneJob: ParsableArguments {
    @Argument(help: "The job's id.")
    var id: String

    /// Changes the job, and shows it as it is afterwards.
    /// - Throws: ``Lockstep/Refusal``, which for a move says from where, to where, and what is allowed.
    func change(
        _ global: GlobalOptions, reason: String?, _ change: (JobRecord, Definition) throws -> Command.Change
    ) async throws {
        let store = try await global.store()
        let (job, definition) = try await store.job(id)
        var command = Command(
            try change(job, definition), job: job.id, of: job.lifecycle, by: global.actor)
        command.reason = reason
        guard let outcome = try await store.apply([command]).first else {
            throw CommandError("the database gave no answer about job \(job.id); look at it and try again")
        }
        let after = try outcome.get()
        if global.json {
            try Output.json(JobDocument(after))
        } else {
            let line = ChangeReport.Line(job, outcome)
            Output.line(Terminal.plain("\(job.id)  \(job.status) \(line.words)"))
        }
    }
}
