import Logging

/// What a worker does in one working status, or when a job's time of keeping is over.
public struct Handler: Sendable {
    typealias Run =
        @Sendable (JobRecord, Claim, Logger, @escaping @Sendable (Command) -> Void) async -> Command
    typealias CleanUp = @Sendable (JobRecord) async throws -> Void

    enum Task: Sendable {
        case work(status: String, Run)
        case cleanUp(CleanUp)
    }

    let definition: Definition
    let task: Task
    /// Whether whoever works on the jobs is elsewhere: then nobody here knows how to clean up after them.
    let worksElsewhere: Bool

    /// Works on the jobs that are in `status`, or in a queue for it.
    /// - Parameter body: returns the next status. Throwing a ``Failure`` says who can do something about it;
    ///   any other error counts as temporary.
    public init<Status: Lifecycle>(
        _ status: Status, _ body: @escaping @Sendable (Work<Status>) async throws -> Status
    ) {
        definition = Definition(Status.self)
        worksElsewhere = false
        task = .work(status: status.rawValue) { record, claim, logger, send in
            func command(_ change: Command.Change) -> Command {
                var command = Command(
                    change, job: record.id, of: record.lifecycle, by: .worker(claim.worker.text))
                command.claim = claim
                return command
            }
            do {
                let work = try Work<Status>(job: Job(record), logger: logger) { change in
                    var report = Command(
                        change, job: record.id, of: record.lifecycle, by: .worker(claim.worker.text))
                    report.claim = claim
                    send(report)
                }
                let next = try await body(work)
                var finish = command(.move(to: next.rawValue))
                try work.complete(&finish)
                return finish
            } catch is CancellationError {
                return command(.yield)
            } catch {
                return command(.fail(Failure(error)))
            }
        }
    }

    private init(definition: Definition, task: Task, worksElsewhere: Bool = false) {
        self.definition = definition
        self.task = task
        self.worksElsewhere = worksElsewhere
    }

    /// Hands the jobs of a working status, of a lifecycle that is known as data alone, to somebody elsewhere.
    /// - Parameter body: says what is to be written under the claim. Throwing means what it means in every handler.
    package static func handingOver(
        _ definition: Definition, _ status: String,
        _ body: @escaping @Sendable (JobRecord, Claim, Logger) async throws -> Handover
    ) -> Handler {
        let run: Run = { record, claim, logger, _ in
            var command = Command(
                .yield, job: record.id, of: record.lifecycle, by: .worker(claim.worker.text))
            command.claim = claim
            do {
                let result = try await body(record, claim, logger)
                command.change = .move(to: result.status)
                command.output = result.output
                command.metadata = result.metadata
            } catch is CancellationError {
                command.change = .yield
            } catch {
                command.change = .fail(Failure(error))
            }
            return command
        }
        return Handler(definition: definition, task: .work(status: status, run), worksElsewhere: true)
    }

    /// What somebody elsewhere wants written when a job's work is done.
    package struct Handover: Sendable {
        /// The next status.
        package var status: String
        /// The output, as JSON text.
        package var output: String?
        /// A merge patch for the metadata, as JSON text.
        package var metadata: String?

        package init(status: String, output: String? = nil, metadata: String? = nil) {
            self.status = status
            self.output = output
            self.metadata = metadata
        }
    }

    /// Whether the handler works on jobs in this status, under whichever of its names.
    package func works(on status: String, of lifecycle: String) -> Bool {
        guard case .work(let mine, _) = task, definition.name == lifecycle else { return false }
        return definition.rule(for: status)?.name == mine
    }

    /// Works on a job under a claim, and gives back what is to be written; a clean-up works on nothing.
    /// - Parameter send: takes reports of progress.
    package func run(
        _ record: JobRecord, _ claim: Claim,
        logger: Logger = Logger(label: "lockstep", factory: { _ in SwiftLogNoOpLogHandler() }),
        send: @escaping @Sendable (Command) -> Void
    ) async -> Command? {
        guard case .work(_, let run) = task else { return nil }
        return await run(record, claim, logger, send)
    }

    /// Cleans up after a job before its time of keeping ends and it is deleted or moved on. It may run more
    /// than once for a job, and must not mind.
    public static func cleaningUp<Status: Lifecycle>(
        _ lifecycle: Status.Type, _ body: @escaping @Sendable (Job<Status>) async throws -> Void
    ) -> Handler {
        Handler(definition: Definition(lifecycle), task: .cleanUp { try await body(Job($0)) })
    }
}

/// Collects handlers.
@resultBuilder
public enum HandlerBuilder {
    /// One handler.
    public static func buildExpression(_ handler: Handler) -> [Handler] { [handler] }
    /// Several handlers, such as an application's.
    public static func buildExpression(_ handlers: [Handler]) -> [Handler] { handlers }
    /// All of them.
    public static func buildBlock(_ parts: [Handler]...) -> [Handler] { parts.flatMap { $0 } }
    /// Handlers under a condition.
    public static func buildOptional(_ part: [Handler]?) -> [Handler] { part ?? [] }
}
