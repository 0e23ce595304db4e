import Lockstep

/// Compares what clients and workers were told with what a store holds afterwards, against invariants 1 to 6.
///
/// It looks from outside only: at the logs (``LoggedStore``), the records and the histories. It knows nothing of
/// how a store works, so that it can be wrong about none of it.
///
/// ```swift
/// let ledger = try await HistoryChecker.Ledger(of: store, [definition])
/// let found = HistoryChecker(definitions: [definition]).violations(in: ledger, calls: try CallLog.read(folder: logs))
/// ```
public struct HistoryChecker: Sendable {
    /// The lifecycles.
    public var definitions: [Definition]
    /// How long after its deadline, or its worker's last lease, a job may stay as it is: two sweeps, and however
    /// long nobody was there to sweep.
    public var allowance: Duration
    /// Whether the logs hold everything that was asked, so that whatever else is in a history was not.
    public var isComplete: Bool

    /// How far apart the clocks of those who write may be: each process follows the database's clock for itself.
    public var clockError: Duration
    /// Whether a start or a reopening carries the time at which it was decided, and may wait in the database before it is
    /// there: for the end of the job that had its key, or through an outage. It is there when it is answered.
    public var decidesAhead: Bool

    /// Makes a checker.
    public init(
        definitions: [Definition], allowance: Duration = .seconds(2), clockError: Duration = .zero,
        decidesAhead: Bool = false, isComplete: Bool = true
    ) {
        self.definitions = definitions
        self.allowance = allowance
        self.clockError = clockError
        self.decidesAhead = decidesAhead
        self.isComplete = isComplete
    }

    /// Everything that is wrong, in the order of the jobs.
    public func violations(in ledger: Ledger, calls: [LoggedCall]) -> [Violation] {
        var found: [Violation] = []
        let log = CallIndex(calls)
        for (id, record) in ledger.records.sorted(by: { $0.key < $1.key }) {
            guard let definition = definitions.first(where: { $0.name == record.lifecycle }) else { continue }
            var reader = HistoryReader(
                checker: self, definition: definition, record: record,
                history: ledger.histories[id, default: []], ledger: ledger, log: log)
            reader.read()
            found += reader.found
        }
        for call in calls { check(call, ledger, log, &found) }
        checkKeys(ledger, log, &found)
        return found
    }

    // MARK: Calls

    /// Whether what was told of one call is there.
    private func check(_ call: LoggedCall, _ ledger: Ledger, _ log: CallIndex, _ found: inout [Violation]) {
        guard let job = call.job, definitions.contains(where: { $0.name == call.lifecycle }) else { return }
        func violation(_ check: Check, _ words: String) {
            found.append(Violation(check: check, job: job, sentence: "\(call.call) \(call.tag) \(words)"))
        }
        guard let record = ledger.records[job] else {
            if call.answer == .ok, !log.mayBeErased.contains(job) {
                violation(
                    call.call == "start" ? .startLost : .writeLost,
                    "was acknowledged, but there is no such job; nobody erased it")
            }
            return
        }
        let entries = ledger.histories[job, default: []].filter { $0.tag == call.tag }
        switch call.answer {
        case .ok where call.call == "erase": violation(.writeLost, "was acknowledged, but the job is there")
        case .ok where call.isRecorded:
            if entries.isEmpty {
                violation(
                    call.call == "start" ? .startLost : .writeLost,
                    "was acknowledged, but the history does not show it")
            } else if let version = call.version, !entries.contains(where: { $0.number == version }) {
                violation(
                    .writeLost, "was acknowledged as entry \(version), but is entry \(entries[0].number)")
            }
        case .refused where !entries.isEmpty:
            violation(
                .refusedRecorded, "was refused (\(call.code ?? "–")), but is entry \(entries[0].number)")
        default: break
        }
        checkTraces(call, record, ledger, log, entries.count, violation)
    }

    private func checkTraces(
        _ call: LoggedCall, _ record: JobRecord, _ ledger: Ledger, _ log: CallIndex, _ entries: Int,
        _ violation: (Check, String) -> Void
    ) {
        let metadata: JSONValue
        do {
            metadata = try JSONValue(parsing: record.metadata)
        } catch {
            violation(.stateDiffers, "cannot be judged: the job's metadata is no JSON (\(error))")
            return
        }
        for mark in call.marks ?? []
        where call.answer == .ok || !log.mayBeThere.contains("\(record.id) \(mark)") {
            let isThere = metadata[mark] != nil
            if call.answer == .ok, !isThere { violation(.writeLost, "set '\(mark)', which is not there") }
            if call.answer == .refused, isThere {
                violation(.refusedLeftTraces, "was refused, but '\(mark)' is in the metadata")
            }
        }
        if call.answer == .refused, let output = call.output, record.output == output,
            !log.mayBeThere.contains("\(record.id) \(output)")
        {
            violation(.refusedLeftTraces, "was refused, but its output is there")
        }
        guard call.hasRow == true, let rows = ledger.rows?[call.tag, default: 0] else { return }
        if call.answer == .refused, rows > 0 {
            violation(.refusedLeftTraces, "was refused, but its row is there")
        } else if rows != entries {
            violation(.rowTorn, "has \(rows) rows beside \(entries) entries of history")
        }
    }

    // MARK: Keys

    /// Whether two jobs of one key lived at the same time.
    private func checkKeys(_ ledger: Ledger, _ log: CallIndex, _ found: inout [Violation]) {
        struct Life {
            let job: JobID
            let from: Timestamp
            let to: Timestamp?
        }
        var lives: [String: [Life]] = [:]
        for (id, record) in ledger.records {
            guard let key = log.keys[id] ?? record.key,
                let definition = definitions.first(where: { $0.name == record.lifecycle })
            else { continue }
            var since: Timestamp?
            for entry in ledger.histories[id, default: []] {
                let isEnd = definition.rule(for: entry.to)?.kind.isEnd ?? false
                if !isEnd {
                    since = since ?? entry.at
                } else if let from = since {
                    lives["\(record.lifecycle) \(key)", default: []].append(
                        Life(job: id, from: from, to: entry.at))
                    since = nil
                }
            }
            if let since {
                lives["\(record.lifecycle) \(key)", default: []].append(Life(job: id, from: since, to: nil))
            }
        }
        for (key, unsorted) in lives.sorted(by: { $0.key < $1.key }) {
            let sorted = unsorted.sorted { ($0.from, $0.job) < ($1.from, $1.job) }
            for (life, next) in zip(sorted, sorted.dropFirst()) where life.job != next.job {
                let waited = decidesAhead ? log.waited[next.job, default: .zero] : .zero
                guard life.to.map({ $0 > next.from + waited + clockError }) ?? true else { continue }
                found.append(
                    Violation(
                        check: .keyTwice, job: next.job,
                        sentence:
                            "it lives from \(next.from) with the key '\(key)', which job \(life.job) has "
                            + "until \(life.to?.description ?? "now"); one of them should have been reused"))
            }
        }
    }
}

extension HistoryEntry {
    /// The tag of the call that wrote the entry (``LoggedStore``).
    var tag: String? { reason?.split(separator: " ", maxSplits: 1).first.map(String.init) }
}
