import Lockstep

/// Holds the changes that name no target (claim, fail, cancel, reopen, retry, expire, retire) against the table:
/// each leads where its cause does, for the actors that may bring it about, and nowhere else.
public struct VerbCheck: Sendable {
    private let table: MoveTable
    private let definition: Definition
    private let journeys: Journeys
    private let worker = WorkerID("doer")
    private var store: any Store { journeys.store }

    /// Makes the check of a declaration on the journeys' store.
    public init(_ definition: Definition, _ journeys: Journeys) {
        self.definition = definition
        self.journeys = journeys
        table = MoveTable(definition)
    }

    /// A change, and why it moves a job.
    private struct Verb {
        let name: String
        let change: Command.Change
        let cause: Edge.Cause
    }

    private var verbs: [Verb] {
        [
            Verb(name: "claim", change: .claim(worker), cause: .claim),
            Verb(name: "fail", change: .fail(.userFixable("asked")), cause: .failure),
            Verb(name: "cancel", change: .cancel, cause: .cancellation),
            Verb(name: "reopen", change: .reopen, cause: .reopening),
            Verb(name: "retry", change: .retry, cause: .reopening),
            Verb(name: "expire", change: .expire, cause: .deadline),
            Verb(name: "retire", change: .retire, cause: .retention),
        ]
    }

    /// Every status, actor and change that disagrees with the table.
    public func mismatches() async throws -> [MoveMismatch] {
        var found: [MoveMismatch] = []
        for rule in definition.statuses { found += try await mismatches(in: rule) }
        return found
    }

    private func mismatches(in declared: StatusRule) async throws -> [MoveMismatch] {
        guard let rule = definition.rule(for: declared.name) else { return [] }
        let asked = verbs.flatMap { verb in Actor.Kind.allCases.map { (verb: verb, actor: $0) } }
        let jobs = try await journeys.jobs(in: declared.name, asked.count)
        var found: [MoveMismatch] = []
        func ask(_ indices: [Int], after passed: Bool) async throws {
            let held = try await claimed(indices.filter { needsClaim(asked[$0], rule) }.map { jobs[$0] })
            let commands = indices.map { index in
                var command = Command(
                    asked[index].verb.change, job: jobs[index].id, of: definition.name,
                    by: Actor(asked[index].actor, name: worker.text))
                command.claim = held[jobs[index].id]
                return command
            }
            for (index, outcome) in zip(indices, try await store.apply(commands)) {
                let wanted = passed ? target(asked[index].verb, declared.name, rule, asked[index].actor) : nil
                let seen = try await move(of: jobs[index], outcome)
                guard seen != wanted else { continue }
                let words = "leads to \(wanted ?? "nowhere") by the table, and led to \(seen ?? "nowhere")"
                found.append(
                    MoveMismatch(
                        lifecycle: definition.name, face: asked[index].verb.name, from: declared.name,
                        to: wanted ?? seen ?? "", actor: asked[index].actor, words: words))
            }
        }
        let timely = asked.indices.filter { [.deadline, .retention].contains(asked[$0].verb.cause) }
        try await ask(asked.indices.filter { !timely.contains($0) }, after: true)
        // What time brings about does not happen before its time.
        try await ask(timely, after: false)
        journeys.wait(for: rule.limit)
        try await ask(timely, after: true)
        for hold in rule.holds {
            guard let words = try await fault(of: hold, in: declared.name) else { continue }
            found.append(
                MoveMismatch(
                    lifecycle: definition.name, face: "the hold '\(hold.name)'", from: declared.name,
                    to: hold.late ?? "", actor: .engine, words: words))
        }
        return found
    }

    /// A hold that runs out leads where the hold says, or to the failure, and not before its time.
    private func fault(of hold: Hold, in status: String) async throws -> String? {
        guard let job = try await journeys.jobs(in: status, 1).first else { return "no job came there" }
        func command(_ change: Command.Change, _ kind: Actor.Kind) -> Command {
            Command(change, job: job.id, of: definition.name, by: Actor(kind, name: worker.text))
        }
        let early = try await store.apply([
            command(.hold(hold.name), .operator), command(.expire, .engine),
        ])
        guard case .done(let held) = try early.first(), case .refused? = early.last else {
            return "was not put on the job, or ran out at once"
        }
        journeys.wait(for: hold.limit)
        let outcome = try await store.apply([command(.expire, .engine)]).first()
        let late = table.targets(from: status, because: .deadline, by: .engine).first { $0 == hold.late }
        let wanted =
            hold.limit == .forever
            ? nil : late ?? table.targets(from: status, because: .failure, by: .engine).first
        let seen = try await move(of: held, outcome)
        return seen == wanted
            ? nil : "leads to \(wanted ?? "nowhere") by the table, and led to \(seen ?? "nowhere")"
    }

    private func needsClaim(_ asked: (verb: Verb, actor: Actor.Kind), _ rule: StatusRule) -> Bool {
        asked.actor == .worker && asked.verb.cause == .failure && rule.kind == .work
    }

    private func claimed(_ jobs: [JobRecord]) async throws -> [JobID: Claim] {
        let commands = jobs.map {
            Command(.claim(worker), job: $0.id, of: $0.lifecycle, by: .worker(worker.text))
        }
        let records = try await store.apply(commands).map { try $0.get() }
        return Dictionary(
            uniqueKeysWithValues: records.map { ($0.id, Claim(worker: worker, fence: $0.fence)) })
    }

    /// Where the table says that a change leads.
    private func target(
        _ verb: Verb, _ from: String, _ rule: StatusRule, _ actor: Actor.Kind
    ) -> String? {
        guard verb.cause == .deadline else {
            return table.targets(from: from, because: verb.cause, by: actor).first
        }
        guard rule.limit != .forever, !rule.kind.isEnd else { return nil }
        // The status's own deadline: a hold's leads elsewhere, and no hold is on these jobs.
        let late = table.targets(from: from, because: .deadline, by: actor).first { $0 == rule.late }
        return late ?? table.targets(from: from, because: .failure, by: actor).first { _ in actor == .engine }
    }

    /// Where a job was moved; `nil` when it was not.
    private func move(of job: JobRecord, _ outcome: Outcome) async throws -> String? {
        if case .deleted = outcome { return nil }
        let answer = try await MoveAnswer(seeing: job, in: store, accepted: true)
        guard let move = answer.moves.last else { return nil }
        return move.from == job.status ? move.to : "\(move.to) from \(move.from)"
    }
}
