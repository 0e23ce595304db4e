import Logging
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Runs handlers on jobs of a store.
///
/// ```swift
/// let worker = Worker(on: store) {
///     Handler(Export.rendering) { work in
///         try work.output("<h1>\(work.input.title)</h1>")
///         return .done
///     }
/// }
/// try await worker.run()
/// ```
///
/// A worker renews one lease for all its claims, claims in batches, and records what finished meanwhile in
/// one commit. Any number of workers may run on one store, in one process or many.
public final class Worker: Sendable {
    /// How it works.
    public let options: WorkerOptions
    private let store: any Store
    private let handlers: [Handler]
    private let logger: Logger
    private let mailbox = Mailbox<WorkerMachine.Event>()
    private let tasks = Mutex<[JobID: HandlerTask]>([:])

    /// A running handler.
    private struct HandlerTask {
        var fence: Int64
        var task: Task<Void, Never>
        var cancellation: WorkerMachine.Cancellation?
    }

    /// Makes a worker; ``run()`` lets it work.
    public init(
        on store: any Store, options: WorkerOptions = WorkerOptions(),
        logger: Logger = Logger(label: "lockstep", factory: { _ in SwiftLogNoOpLogHandler() }),
        @HandlerBuilder handlers: () -> [Handler]
    ) {
        self.store = store
        self.options = options
        self.logger = logger
        self.handlers = handlers()
    }

    private let hasRun = Atomic(false)
    /// The working statuses that wait for the activation of their version, by lifecycle.
    private let withheld = Mutex<[String: Set<String>]>([:])
    private let isCleaning = Atomic(false)

    /// Installs the handlers' lifecycles and works until ``stop()`` is called or the task is cancelled; then
    /// finishes what runs, within the grace time, and gives the rest back without counting an attempt.
    /// - Throws: what installing throws: ``AuditError``, ``InstallRefusal``, an error of the store; a
    ///   ``Failure`` when the handlers do not fit their lifecycles or the worker has run before.
    public func run() async throws {
        try checkHandlers()
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw Failure.adminRequired("a worker runs once; make another one to run again", code: "has_run")
        }
        let knows = try Dictionary(
            uniqueKeysWithValues: definitions.map { ($0.name, try KnownLifecycle($0)) })
        let changes = try await store.install(definitions)
        if changes.contains(.coming) { try await withhold() }
        let (wakes, wakeTask) = (store.wakes(), mailbox)
        let listener = Task { for await _ in wakes { wakeTask.post(.woke) } }
        defer { listener.cancel() }
        await withTaskCancellationHandler {
            // The loop goes on in a task of its own: what a cancelled worker still has to write must not be
            // cancelled with it.
            await Task { await self.loop(knows) }.value
        } onCancel: {
            stop()
        }
    }

    /// Lets the worker stop; ``run()`` returns when it has.
    public func stop() { mailbox.post(.stop) }

    private func checkHandlers() throws {
        var seen: Set<String> = []
        for handler in handlers {
            guard case .work(let status, _) = handler.task else { continue }
            let name = handler.definition.name
            guard handler.definition.declaredRule(for: status)?.kind == .work else {
                throw Failure.adminRequired(
                    "a handler of lifecycle '\(name)' works on '\(status)', which is no working status; "
                        + "handle the status that it queues for", code: "bad_handler")
            }
            guard seen.insert("\(name) \(status)").inserted else {
                throw Failure.adminRequired(
                    "two handlers of lifecycle '\(name)' work on '\(status)'; keep one", code: "bad_handler")
            }
        }
    }

    private var definitions: [Definition] {
        var seen: Set<String> = []
        return handlers.map(\.definition).filter { seen.insert($0.name).inserted }
    }

    private var statuses: [String: [String]] {
        handlers.reduce(into: [:]) { result, handler in
            if case .work(let status, _) = handler.task {
                result[handler.definition.name, default: []].append(status)
            }
        }
    }

    /// While the version of this process is not activated, it works where whatever its handlers return is a move already
    /// that is declared; the rest is left to the version before.
    private func withhold() async throws {
        let installed = try await store.definitions()
        withheld.withLock { withheld in
            withheld = [:]
            for definition in definitions {
                guard let present = installed.first(where: { $0.name == definition.name }) else { continue }
                let statuses = definition.statusesToWithhold(under: present)
                if !statuses.isEmpty { withheld[definition.name] = statuses }
            }
        }
    }

    /// The working statuses of a request without those that are withheld, which is looked at anew before each claim.
    private func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        guard !withheld.withLock(\.isEmpty) else { return try await store.claim(request) }
        try await withhold()
        var request = request
        request.statuses = withheld.withLock { Self.without($0, request.statuses) }
        return request.statuses.isEmpty ? [] : try await store.claim(request)
    }

    private static func without(
        _ withheld: [String: Set<String>], _ statuses: [String: [String]]
    ) -> [String: [String]] {
        statuses.reduce(into: [:]) { result, entry in
            let left = entry.value.filter { !(withheld[entry.key]?.contains($0) ?? false) }
            if !left.isEmpty { result[entry.key] = left }
        }
    }

    // MARK: The loop

    private func loop(_ knows: [String: KnownLifecycle]) async {
        let process = ProcessInfo.processInfo
        let unique = JobID().text.suffix(12)
        var machine = WorkerMachine(
            options: options, statuses: statuses, knows: knows,
            worker: WorkerID("\(options.name)-\(unique)"),
            host: "\(process.hostName):\(process.processIdentifier)", now: store.time.now())
        var timer: (at: Timestamp, task: Task<Void, Never>)?
        var actions = machine.handle(.tick, at: store.time.now())
        while true {
            for action in actions {
                if case .end = action {
                    timer?.task.cancel()
                    return
                }
                perform(action)
            }
            if timer?.at != machine.nextTick {
                timer?.task.cancel()
                timer = machine.nextTick.map { at in (at, Task { await self.tick(at: at) }) }
            }
            let events = await mailbox.take()
            if events.contains(where: { if case .tick = $0 { true } else { false } }) { timer = nil }
            let now = store.time.now()
            actions = events.flatMap { machine.handle($0, at: now) }
        }
    }

    private func tick(at moment: Timestamp) async {
        // A cancelled timer was replaced by another one.
        do { try await store.time.sleep(until: moment) } catch { return }
        mailbox.post(.tick)
    }

    private func perform(_ action: WorkerMachine.Action) {
        switch action {
        case .claim(let request):
            Task { mailbox.post(.claimed(await attempt("claim") { try await claim(request) })) }
        case .apply(let commands):
            Task {
                let outcomes = await write(commands)
                CrashPoint.reach("worker.applied")
                log(outcomes ?? [], of: commands)
                mailbox.post(.applied(commands, outcomes))
            }
        case .beat(let heartbeat):
            Task { mailbox.post(.beaten(await attempt("heartbeat") { try await store.beat(heartbeat) })) }
        case .sweep:
            Task { mailbox.post(.swept(hasMore: await sweep())) }
        case .run(let record): start(record)
        case .cancel(let job, let why): cancel(job, why)
        case .end: break
        }
    }

    private func attempt<Result>(_ what: String, _ body: () async throws -> Result) async -> Result? {
        do {
            return try await body()
        } catch {
            logger.warning("the worker's \(what) failed and is tried again", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// What a batch came to; `nil` when nothing is known.
    private func write(_ commands: [Command]) async -> [Outcome]? {
        do {
            return try await store.apply(commands)
        } catch {
            logger.warning(
                "a write failed", metadata: ["error": "\(error)", "commands": "\(commands.count)"])
            return WorkerMachine.outcomes(of: commands, failingWith: error)
        }
    }

    private func log(_ outcomes: [Outcome], of commands: [Command]) {
        for case (let command, .refused(let refusal)) in zip(commands, outcomes) {
            logger.warning(
                "a write was refused",
                metadata: [
                    "lifecycle": "\(command.lifecycle)", "job": "\(command.job)", "code": "\(refusal.code)",
                    "why": "\(refusal)",
                ])
        }
    }

    // MARK: Handlers

    private func start(_ record: JobRecord) {
        guard let worker = record.claimedBy else { return }
        let claim = Claim(worker: worker, fence: record.fence)
        let run = handler(for: record)
        let mailbox = mailbox
        let trace = record.trace
        let logger = logger.about(record, trace)
        // The task waits for its own registration, so that it cannot end before it can be found.
        tasks.withLock { tasks in
            let task = Task {
                var command = await TraceContext.continuing(trace) {
                    await run(record, claim, logger) { mailbox.post(.reported($0)) }
                }
                CrashPoint.reach("worker.finished")
                self.close(&command, of: record)
                if case .fail(let failure) = command.change {
                    logger.notice(
                        "an attempt failed",
                        metadata: ["audience": "\(failure.audience.rawValue)", "code": "\(failure.code)"])
                }
                mailbox.post(.finished(command))
            }
            tasks[record.id] = HandlerTask(fence: record.fence, task: task)
        }
    }

    private func handler(for record: JobRecord) -> Handler.Run {
        for handler in handlers where handler.definition.name == record.lifecycle {
            if case .work(let status, let run) = handler.task,
                handler.definition.rule(for: record.status)?.name == status
            {
                return run
            }
        }
        return { record, claim, _, _ in
            let failure = Failure.adminRequired(
                "no handler of this worker works on '\(record.status)'", code: "no_handler")
            var command = Command(
                .fail(failure), job: record.id, of: record.lifecycle, by: .worker(claim.worker.text))
            command.claim = claim
            return command
        }
    }

    /// Takes the handler off the list and puts the last touch to what it wants written.
    private func close(_ command: inout Command, of record: JobRecord) {
        let cancellation = tasks.withLock { tasks -> WorkerMachine.Cancellation? in
            guard tasks[record.id]?.fence == record.fence else { return .lost }
            return tasks.removeValue(forKey: record.id)?.cancellation
        }
        let mine = withheld.withLock { $0.isEmpty ? statuses : Self.without($0, statuses) }
        command = WorkerMachine.closing(command, cancellation: cancellation, statuses: mine)
    }

    private func cancel(_ job: JobID, _ why: WorkerMachine.Cancellation) {
        let task = tasks.withLock { tasks -> Task<Void, Never>? in
            tasks[job]?.cancellation = why
            return why == .lost ? tasks.removeValue(forKey: job)?.task : tasks[job]?.task
        }
        task?.cancel()
    }

    // MARK: The sweep

    private func sweep() async -> Bool {
        var cleanUps: [String: Handler.CleanUp] = [:]
        for handler in handlers {
            if case .cleanUp(let cleanUp) = handler.task { cleanUps[handler.definition.name] = cleanUp }
        }
        let served = Set(handlers.filter { !$0.worksElsewhere }.map(\.definition.name)).sorted()
        let request = SweepRequest(
            retain: served.filter { cleanUps[$0] == nil }, report: served.filter { cleanUps[$0] != nil })
        guard let report = await attempt("sweep", { try await store.sweep(request) }) else { return false }
        if !report.lost.isEmpty {
            logger.notice(
                "claims of dead workers were taken back", metadata: ["jobs": "\(report.lost.count)"])
        }
        let due = report.toCleanUp
        if !due.isEmpty, !isCleaning.exchange(true, ordering: .acquiring) {
            // Hooks may take their time; deadlines and dead workers must not wait for them.
            let hooks = cleanUps
            Task {
                await cleanUp(due, hooks)
                isCleaning.store(false, ordering: .releasing)
            }
        }
        return report.hasMore
    }

    private func cleanUp(_ due: [JobRecord], _ hooks: [String: Handler.CleanUp]) async {
        for record in due {
            guard let hook = hooks[record.lifecycle] else { continue }
            let isClean = await attempt("clean-up", { try await hook(record) }) != nil
            // What could not be cleaned up comes up again later, behind the others.
            let change: Command.Change = isClean ? .retire : .postpone(.minutes(5))
            let command = Command(change, job: record.id, of: record.lifecycle, by: .engine)
            log(await attempt("retention") { try await store.apply([command]) } ?? [], of: [command])
        }
    }
}
