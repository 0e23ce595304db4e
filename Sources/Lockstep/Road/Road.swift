/// The one function through which every change of every job goes, whoever asks for it and whatever the store.
///
/// It is pure: a record and a command in, a decision out. A store reads the record under its lock, asks, and
/// writes the decision by one statement, guarded by the version and the fence that the decision was made on.
public enum Road {
    /// Decides about a command.
    /// - Parameters:
    ///   - command: what is asked for.
    ///   - record: the job as it is.
    ///   - definition: the lifecycle's definition.
    ///   - now: the store's time.
    ///   - draw: a number in 0..<1 for the jitter of retries.
    ///   - pauses: the pauses that hold in the store: nothing is claimed against them.
    public static func decide(
        _ command: Command, on record: JobRecord, definition: Definition, now: Timestamp, draw: Double,
        pauses: Pauses = .none
    ) -> Decision {
        var step = Step(
            record: record, command: command, definition: definition, now: now, draw: draw, pauses: pauses)
        do {
            return try step.run()
        } catch {
            return .refuse(error)
        }
    }

    /// Decides about a start.
    /// - Returns: the record to insert and the first line of its history.
    public static func start(
        _ job: NewJob, definition: Definition, now: Timestamp
    ) throws(Refusal) -> (JobRecord, HistoryEntry) {
        try begin(
            job, in: try initialStatus(for: job, in: definition), as: .started, definition: definition,
            now: now)
    }

    /// Decides about a row of another table that becomes a job in the status it is in: any declared one,
    /// retired names included. An ended one counts as ended now.
    /// - Returns: the record to insert and the first line of its history.
    public static func importing(
        _ job: NewJob, definition: Definition, now: Timestamp
    ) throws(Refusal) -> (JobRecord, HistoryEntry) {
        guard let status = job.status else {
            throw Refusal(.badValue, "a job that is imported must say in which status it is")
        }
        return try begin(job, in: status, as: .imported, definition: definition, now: now)
    }

    private static func begin(
        _ job: NewJob, in status: String, as kind: HistoryEntry.Kind, definition: Definition, now: Timestamp
    ) throws(Refusal) -> (JobRecord, HistoryEntry) {
        guard let rule = definition.rule(for: status) else { throw .undeclared(status, in: definition) }
        try job.checkLimits()
        var record = JobRecord(
            id: job.id ?? JobID(at: now), lifecycle: definition.name, status: status, input: job.input,
            metadata: try job.keptMetadata(), now: now)
        record.owner = job.owner
        record.key = job.key
        record.priority = job.priority
        record.availableAt = now.adding(job.delay) ?? now
        record.deadline = record.availableAt.adding(rule.limit)
        if rule.kind.isEnd { record.endedAt = now }
        if rule.kind == .success { record.progress = 100 }
        record.met = job.met
        try requireNeeds(of: rule, met: record.met, definition: definition)
        let entry = HistoryEntry(
            job: record.id, number: 1, kind: kind, from: nil, to: status, actor: job.actor,
            reason: job.reason, failure: nil, fence: 0, attempt: 0, at: now)
        return (record, entry)
    }

    private static func initialStatus(for job: NewJob, in definition: Definition) throws(Refusal) -> String {
        let initial = definition.initial
        guard let status = job.status else {
            guard initial.count == 1 else {
                var refusal = Refusal(
                    .notInitial,
                    "lifecycle '\(definition.name)' has several initial statuses; "
                        + "say in which of \(Definition.list(initial)) the job starts")
                refusal.allowed = initial
                throw refusal
            }
            return initial[0]
        }
        guard definition.declares(status) else {
            var refusal = Refusal.undeclared(status, in: definition)
            refusal.allowed = definition.names
            throw refusal
        }
        guard initial.contains(status) else {
            var refusal = Refusal(
                .notInitial,
                "no job of lifecycle '\(definition.name)' starts in '\(status)'; "
                    + "it starts in \(Definition.list(initial))")
            refusal.to = status
            refusal.allowed = initial
            throw refusal
        }
        return status
    }

    static func requireNeeds(
        of rule: StatusRule, met: Set<String>, definition: Definition
    ) throws(Refusal) {
        let missing = rule.needs.map(\.token).filter { !met.contains($0) }
        guard missing.isEmpty else {
            throw Refusal(
                .needsUnmet,
                "a job of lifecycle '\(definition.name)' enters '\(rule.name)' only when "
                    + "\(Definition.list(missing)) is verified")
        }
    }
}
