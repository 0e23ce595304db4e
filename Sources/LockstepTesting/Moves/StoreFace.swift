import Lockstep

/// The Swift API of a store: commands by every kind of actor, and claims.
///
/// A worker asks under a claim where it can have one. Elsewhere it claims for the status that is asked for:
/// a claim is the only move that a worker makes from a queue.
public struct StoreFace: MoveFace {
    /// Its name in a report.
    public let name: String
    /// All of them.
    public var actors: [Actor.Kind]? { Actor.Kind.allCases }
    private let journeys: Journeys
    private let worker = WorkerID("asker")
    private var store: any Store { journeys.store }

    /// The Swift API of the journeys' store.
    public init(_ name: String, _ journeys: Journeys) {
        self.name = name
        self.journeys = journeys
    }

    /// See ``MoveFace/ask(_:)``.
    public func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        guard let from = questions.first?.job.status else { return [] }
        let works = journeys.definition.rule(for: from)?.kind == .work
        let workers = questions.indices.filter { questions[$0].actor == .worker }
        let others = questions.indices.filter { questions[$0].actor != .worker }
        // What others move could be handed out to a worker afterwards: workers ask first.
        var mine = workers.map { questions[$0] }
        if works { mine = try await claimed(mine) }
        var answers: [Int: MoveAnswer] = [:]
        for (index, answer) in zip(workers, try await move(mine)) { answers[index] = answer }
        if !works {
            let unmoved = workers.filter { answers[$0]?.accepted == false }
            for (index, answer) in zip(unmoved, try await claim(unmoved.map { questions[$0] })) {
                if let answer { answers[index] = answer }
            }
        }
        for (index, answer) in zip(others, try await move(others.map { questions[$0] })) {
            answers[index] = answer
        }
        return questions.indices.compactMap { answers[$0] }
    }

    /// The questions with their jobs claimed in place.
    private func claimed(_ questions: [MoveQuestion]) async throws -> [MoveQuestion] {
        let commands = questions.map {
            Command(.claim(worker), job: $0.job.id, of: $0.job.lifecycle, by: .worker(worker.text))
        }
        return try zip(questions, try await store.apply(commands)).map { question, outcome in
            MoveQuestion(job: try outcome.get(), to: question.to, actor: .worker)
        }
    }

    /// Claims for each asked status in turn, one job at a time. Any of the asked jobs may be the one that is
    /// handed out: they are all alike.
    /// - Returns: what became of the job that was handed out; `nil` when none of them was.
    private func claim(_ questions: [MoveQuestion]) async throws -> [MoveAnswer?] {
        let lifecycle = journeys.definition.name
        var waiting = Dictionary(uniqueKeysWithValues: questions.map { ($0.job.id, $0.job) })
        var answers: [MoveAnswer?] = []
        for question in questions {
            var heartbeat = Heartbeat(
                worker: worker, lease: .seconds(15), statuses: [lifecycle: [question.to]], host: "test")
            heartbeat.isFirst = true
            _ = try await store.beat(heartbeat)
            let request = ClaimRequest(worker: worker, statuses: heartbeat.statuses, limit: 1)
            let job = try await store.claim(request).first.flatMap { waiting.removeValue(forKey: $0.id) }
            guard let job else {
                answers.append(nil)
                continue
            }
            answers.append(try await MoveAnswer(seeing: job, in: store, accepted: true))
        }
        return answers
    }

    private func move(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        let commands = questions.map { question in
            let kind = question.actor ?? .event
            var command = Command(
                .move(to: question.to), job: question.job.id, of: question.job.lifecycle,
                by: Actor(kind, name: kind == .worker ? worker.text : Journeys.owner))
            if kind == .owner { command.ownedBy = Journeys.owner }
            command.claim = question.job.claimedBy.map { Claim(worker: $0, fence: question.job.fence) }
            return command
        }
        var answers: [MoveAnswer] = []
        for (question, outcome) in zip(questions, try await store.apply(commands)) {
            var refused: Refusal?
            if case .refused(let refusal) = outcome { refused = refusal }
            answers.append(
                try await MoveAnswer(
                    seeing: question.job, in: store, accepted: refused == nil,
                    explanation: refused.map(MoveAnswer.Explanation.init), words: refused?.message ?? ""))
        }
        return answers
    }

    /// See ``MoveFace/start(in:)``.
    public func start(in statuses: [String]) async throws -> [Bool]? {
        let jobs = statuses.map { status in
            var job = NewJob(lifecycle: journeys.definition.name)
            job.status = status
            job.met = journeys.needs
            return job
        }
        let outcomes = try await store.start(jobs)
        return zip(outcomes, statuses).map { outcome, status in
            if case .started(let record) = outcome { record.status == status } else { false }
        }
    }
}
