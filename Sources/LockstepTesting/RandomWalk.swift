import Lockstep

/// A seeded sequence of random calls, carried out on several stores that must answer alike.
///
/// All stores stand on one test clock and get the same ids; what they answer (outcomes, refusals, sweeps, claims)
/// and what they hold afterwards is compared after every step: all records and the histories of those that changed;
/// at the end all histories.
public struct RandomWalk: Sendable {
    /// The seed: the same one gives the same sequence.
    public let seed: UInt64
    /// How many calls.
    public let steps: Int

    /// Makes a walk.
    public init(seed: UInt64, steps: Int = 40) {
        self.seed = seed
        self.steps = steps
    }

    /// Walks two stores.
    /// - Returns: the trace, one line a step.
    /// - Throws: ``Conformance/Violation`` at the first difference, with the trace so far.
    @discardableResult
    public func run(on left: any Store, and right: any Store, time: TestTime) async throws -> [String] {
        try await run(on: [left, right], time: time)
    }

    /// Walks any number of stores.
    /// - Returns: the trace, one line a step.
    /// - Throws: ``Conformance/Violation`` at the first difference, with the trace so far.
    @discardableResult
    public func run(on stores: [any Store], time: TestTime) async throws -> [String] {
        var walk = Walk(seed: seed, time: time)
        let definition = try Definition(Parcel.self).audited()
        for store in stores { _ = try await store.install([definition]) }
        var trace: [String] = []
        var seen = stores.map { _ in WalkState() }
        for number in 1...max(1, steps) {
            let step = walk.next()
            if case .advance(let limit) = step { time.advance(by: limit) }
            let answers = try await stores.asyncMap { try await walk.perform(step, on: $0) }
            trace.append("\(step) → \(answers.first?.words ?? "")")
            for (place, answer) in answers.enumerated() where answer.words != answers[0].words {
                throw Conformance.Violation(
                    description:
                        "seed \(seed): store 1 said \(answers[0].words), store \(place + 1) \(answer.words)\n"
                        + trace.joined(separator: "\n"))
            }
            if let answer = answers.first { walk.learn(answer) }
            for place in stores.indices {
                try await seen[place].look(at: stores[place], atEverything: number == steps)
                guard seen[place].lines != seen[0].lines else { continue }
                let difference =
                    zip(seen[0].lines, seen[place].lines).first { $0 != $1 }.map { "\($0)\n≠\n\($1)" }
                    ?? "count"
                throw Conformance.Violation(
                    description: "seed \(seed): stores 1 and \(place + 1) differ: \(difference)\n"
                        + trace.joined(separator: "\n"))
            }
        }
        return trace
    }
}

/// What a store held when it was looked at last.
private struct WalkState {
    /// Pauses, records and histories as text, in one order.
    private(set) var lines: [String] = []
    private var known: [JobID: (record: JobRecord, history: [String])] = [:]

    /// Looks at everything but the histories of records that are as they were, or at those too.
    mutating func look(at store: any Store, atEverything: Bool) async throws {
        var query = JobQuery("parcel")
        query.limit = 10_000
        query.newestFirst = false
        lines = try await store.pauses().all.map(\.description)
        let records = try await store.find(query)
        // The numbers are the store's own and may have gaps; their order says who came first.
        let sequences = records.map(\.sequence).sorted()
        for record in records {
            var history = known[record.id].flatMap { $0.record == record ? $0.history : nil }
            if atEverything { history = nil }
            let entries: [String]
            if let history {
                entries = history
            } else {
                entries = try await store.history(of: record.id, in: "parcel", after: 0).map { "\($0)" }
            }
            known[record.id] = (record, entries)
            var shown = record
            shown.sequence = Int64(sequences.firstIndex(of: record.sequence) ?? -1) + 1
            lines.append("\(shown)")
            lines += entries
        }
    }
}

/// One step of a walk.
private enum WalkStep: CustomStringConvertible {
    case advance(TimeLimit)
    case start(NewJob)
    case beat(WorkerID, isFirst: Bool, isLast: Bool)
    case claim(WorkerID, limit: Int)
    case apply([Command])
    case sweep(SweepRequest)
    case pause(String?)
    case resume(String?)

    var description: String {
        switch self {
        case .advance(let limit): "advance \(limit)"
        case .start(let job): "start \(job.status ?? "-") key \(job.key ?? "-")"
        case .beat(let worker, let isFirst, let isLast): "beat \(worker) \(isFirst) \(isLast)"
        case .claim(let worker, let limit): "claim \(worker) \(limit)"
        case .apply(let commands):
            "apply "
                + commands.map { "\($0.change) by \($0.actor) on \($0.job.text.suffix(4))" }.joined(
                    separator: ", ")
        case .sweep: "sweep"
        case .pause(let status): "pause \(status ?? "-")"
        case .resume(let status): "resume \(status ?? "-")"
        }
    }
}

private struct Answer {
    var words: String
    var records: [JobRecord] = []
}

private struct Walk {
    var random: SeededGenerator
    let time: TestTime
    var jobs: [JobID] = []
    var claims: [JobID: [Claim]] = [:]
    private let workers = ["w1", "w2", "w3"].map(WorkerID.init)
    private let statuses = ["parcel": ["packing", "labelling"]]

    init(seed: UInt64, time: TestTime) {
        random = SeededGenerator(seed: seed)
        self.time = time
    }

    mutating func next() -> WalkStep {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12: return .advance(advance())
        case 12..<27: return .start(newJob())
        case 27..<37:
            let isFirst = Int.random(in: 0..<3, using: &random) > 0
            return .beat(pick(workers), isFirst: isFirst, isLast: Int.random(in: 0..<12, using: &random) == 0)
        case 37..<52: return .claim(pick(workers), limit: Int.random(in: 0...3, using: &random))
        case 52..<55: return .pause(place())
        case 55..<60: return .resume(place())
        case 60..<90: return .apply((0..<Int.random(in: 1...3, using: &random)).map { _ in command() })
        default:
            var request = SweepRequest(limit: Int.random(in: 1...5, using: &random))
            if Bool.random(using: &random) { request.retain = ["parcel"] }
            return .sweep(request)
        }
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &random)]
    }

    private mutating func advance() -> TimeLimit {
        pick([
            .seconds(1), .seconds(10), .seconds(16), .minutes(6), .minutes(31), .hours(2), .days(3),
            .days(40),
        ])
    }

    private mutating func newJob() -> NewJob {
        var job = NewJob(lifecycle: "parcel", input: "{\"n\":\"\(jobs.count)\"}")
        job.id = Int.random(in: 0..<8, using: &random) == 0 && !jobs.isEmpty ? pick(jobs) : newID()
        job.status = pick(["announced", "queued", "queued", "labelling", "packing", "nowhere", nil])
        job.key = pick([nil, nil, "a", "b"])
        job.owner = pick([nil, "anna", "ben"])
        job.priority = Int.random(in: -1...1, using: &random)
        job.delay = pick([.seconds(0), .seconds(0), .seconds(5)])
        return job
    }

    private mutating func newID() -> JobID { JobID(at: time.now(), using: &random) }

    private mutating func command() -> Command {
        let job = jobs.isEmpty || Int.random(in: 0..<30, using: &random) == 0 ? newID() : pick(jobs)
        let held = claims[job] ?? []
        let byWorker = !held.isEmpty && Int.random(in: 0..<3, using: &random) > 0
        let actor: Actor =
            byWorker
            ? .worker("w") : pick([.event, .owner("anna"), .operator("op"), .engine, .worker("w1")])
        var command = Command(change(byWorker: byWorker), job: job, of: "parcel", by: actor)
        if byWorker { command.claim = pick(held) }
        command.keepsClaim = Bool.random(using: &random)
        if Int.random(in: 0..<6, using: &random) == 0 {
            command.metadata = pick(["{\"a\":1}", "{\"a\":null}", "[]"])
        }
        if Int.random(in: 0..<8, using: &random) == 0 { command.expecting = pick(Parcel.allCases).rawValue }
        if Int.random(in: 0..<8, using: &random) == 0 { command.ownedBy = pick(["anna", "eve"]) }
        return command
    }

    /// A status, or the whole lifecycle; mostly what can be paused, and few enough to be resumed by chance.
    private mutating func place() -> String? { pick([nil, "queued", "packing", "labelling", "review"]) }

    private mutating func change(byWorker: Bool) -> Command.Change {
        let status = pick(Parcel.allCases.map(\.rawValue) + ["nowhere"])
        let failure = pick([
            Failure.temporary("t"), .userFixable("u"), .adminRequired("a"),
            .temporary("later", retryAfter: .minutes(2)),
        ])
        let common: [Command.Change] = [.move(to: status), .move(to: status), .fail(failure)]
        let mine: [Command.Change] = [
            .report(progress: Int.random(in: -5...120, using: &random), detail: "d"), .yield,
        ]
        let others: [Command.Change] = [
            .cancel, .hold("address"), .release, .retry, .reopen, .annotate, .meet("upload:video"), .lose,
            .expire, .retire, .postpone(.minutes(1)), .yield,
        ]
        return pick(common + (byWorker ? mine + mine : others))
    }

    /// Carries a step out and says what came of it, without what may differ between stores.
    func perform(_ step: WalkStep, on store: any Store) async throws -> Answer {
        switch step {
        case .advance: return Answer(words: "")
        case .start(let job):
            switch try await store.start([job])[0] {
            case .started(let record): return Answer(words: "started", records: [record])
            case .reused(let record): return Answer(words: "reused \(record.id)", records: [record])
            case .refused(let refusal): return Answer(words: refusal.message)
            }
        case .beat(let worker, let isFirst, let isLast):
            var heartbeat = Heartbeat(worker: worker, lease: .seconds(15), statuses: statuses, host: "test")
            heartbeat.isFirst = isFirst
            heartbeat.isLast = isLast
            let reply = try await store.beat(heartbeat)
            return Answer(words: "\(reply.isAlive) \(reply.held.sorted { $0.key < $1.key })")
        case .claim(let worker, let limit):
            let request = ClaimRequest(worker: worker, statuses: statuses, limit: limit)
            let records = try await store.claim(request)
            return Answer(
                words: records.map { "\($0.id) \($0.fence)" }.joined(separator: ", "), records: records)
        case .apply(let commands):
            let outcomes = try await store.apply(commands)
            var answer = Answer(words: "")
            for outcome in outcomes {
                switch outcome {
                case .done(let record):
                    answer.words += "done \(record.status); "
                    answer.records.append(record)
                case .deleted: answer.words += "deleted; "
                case .refused(let refusal): answer.words += refusal.message + "; "
                }
            }
            return answer
        case .pause(let status):
            return Answer(
                words: try await Self.words {
                    "\(try await store.pause("parcel", status: status, by: .operator("op"), reason: "r"))"
                })
        case .resume(let status):
            return Answer(
                words: try await Self.words {
                    let lifted = try await store.resume("parcel", status: status)
                    return lifted.map { "\($0)" } ?? "nothing was paused"
                })
        case .sweep(let request):
            let report = try await store.sweep(request)
            let lists = [report.lost, report.expired, report.retired].map { $0.sorted() }
            return Answer(words: "\(lists) \(report.deadWorkers.map(\.text).sorted())")
        }
    }

    private static func words(_ body: () async throws -> String) async throws -> String {
        do {
            return try await body()
        } catch let refusal as Refusal {
            return refusal.message
        }
    }

    mutating func learn(_ answer: Answer) {
        for record in answer.records {
            if !jobs.contains(record.id) { jobs.append(record.id) }
            if let worker = record.claimedBy {
                claims[record.id, default: []].append(Claim(worker: worker, fence: record.fence))
            }
        }
    }
}

/// A small seeded generator (SplitMix64: Steele, Lea, Flood, OOPSLA 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64
    /// Makes a generator; the same seed gives the same numbers.
    public init(seed: UInt64) { state = seed }
    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
