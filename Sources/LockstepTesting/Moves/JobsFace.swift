import Lockstep

/// The typed Swift API: ``Jobs`` of a lifecycle, for everybody but workers.
public struct JobsFace<Status: Lifecycle>: MoveFace {
    /// Its name in a report.
    public let name: String
    /// Everybody but the worker, which needs a claim.
    public var actors: [Actor.Kind]? { [.event, .owner, .operator, .engine] }
    private let jobs: Jobs<Status>
    private let input: Status.Input

    /// The jobs of a lifecycle.
    /// - Parameter input: what jobs are started with.
    public init(_ name: String, _ jobs: Jobs<Status>, input: Status.Input) {
        self.name = name
        self.jobs = jobs
        self.input = input
    }

    /// Only what is declared can be said at all.
    public func canAsk(from rule: StatusRule, to: String, by actor: Actor.Kind?) -> Bool {
        Status(rawValue: to) != nil
    }

    /// See ``MoveFace/ask(_:)``.
    public func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        var answers: [MoveAnswer] = []
        for question in questions {
            guard let status = Status(rawValue: question.to) else { continue }
            var refused: Refusal?
            do {
                let actor = Actor(question.actor ?? .event, name: Journeys.owner)
                try await jobs.move(question.job.id, to: status, by: actor)
            } catch let refusal as Refusal {
                refused = refusal
            }
            answers.append(
                try await MoveAnswer(
                    seeing: question.job, in: jobs.store, accepted: refused == nil,
                    explanation: refused.map(MoveAnswer.Explanation.init), words: refused?.message ?? ""))
        }
        return answers
    }

    /// See ``MoveFace/verifiesNeeds``.
    public var verifiesNeeds: Bool { false }

    /// See ``MoveFace/start(in:)``.
    public func start(in statuses: [String]) async throws -> [Bool]? {
        var started: [Bool] = []
        for text in statuses {
            guard let status = Status(rawValue: text) else {
                started.append(false)
                continue
            }
            do {
                started.append(try await jobs.start(input, in: status).job.record.status == text)
            } catch is Refusal {
                started.append(false)
            }
        }
        return started
    }
}
