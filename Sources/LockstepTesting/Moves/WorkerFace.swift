import Lockstep
import Synchronization

/// What a worker's handlers return: a real ``Worker`` runs on the asked jobs, and its handler returns the
/// status that is asked for.
public struct WorkerFace<Status: Lifecycle>: MoveFace {
    /// Its name in a report.
    public let name: String
    /// The worker alone.
    public var actors: [Actor.Kind]? { [.worker] }
    /// A worker is told nothing.
    public var explains: Bool { false }
    private let store: any Store
    private let definition = Definition(Status.self)

    /// Workers on a store.
    public init(_ name: String, on store: any Store) {
        self.name = name
        self.store = store
    }

    /// Handlers run in working statuses, also under their retired names, and return what is declared.
    public func canAsk(from rule: StatusRule, to: String, by actor: Actor.Kind?) -> Bool {
        definition.rule(for: rule.name)?.kind == .work && Status(rawValue: to) != nil
    }

    /// See ``MoveFace/ask(_:)``.
    public func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        guard let from = questions.first?.job.status,
            let status = definition.rule(for: from).flatMap({ Status(rawValue: $0.name) })
        else { return [] }
        let returns = Dictionary(
            uniqueKeysWithValues: questions.compactMap { question in
                Status(rawValue: question.to).map { (question.job.id, $0) }
            })
        let asked = Mutex<Set<JobID>>([])
        let (calls, called) = AsyncStream<JobID>.makeStream()
        let worker = Worker(on: store) {
            Handler(status) { work in
                // A job that comes back through a queue was asked about already, and others' were never.
                guard let next = returns[work.id], asked.withLock({ $0.insert(work.id).inserted }) else {
                    throw Failure.adminRequired("nobody asks about this job", code: "not_asked")
                }
                called.yield(work.id)
                return next
            }
        }
        let running = Task {
            defer { called.finish() }
            try await worker.run()
        }
        var missing = Set(returns.keys)
        for await job in calls {
            missing.remove(job)
            if missing.isEmpty { break }
        }
        // A worker that stops writes what its handlers have returned.
        worker.stop()
        try await running.value
        var answers: [MoveAnswer] = []
        for question in questions { answers.append(try await answer(question)) }
        return answers
    }

    /// The job has moved, or is parked with the refusal.
    private func answer(_ question: MoveQuestion) async throws -> MoveAnswer {
        let job = question.job
        let history = try await store.history(of: job.id, in: job.lifecycle, after: job.version)
        var answer = try await MoveAnswer(seeing: job, in: store, accepted: false)
        answer.words = history.last?.reason ?? ""
        guard let first = answer.moves.first else { return answer }
        // The job may have gone on from there, through the queue it was moved to.
        answer.accepted = true
        answer.moves = [first]
        answer.status = first.to
        return answer
    }
}
