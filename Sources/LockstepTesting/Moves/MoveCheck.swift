import Lockstep

/// Holds a way of moving jobs against the table of moves, cell by cell: all moves between any two statuses
/// for every actor, all starts, and a status that nobody has declared.
///
/// ```swift
/// let journeys = Journeys(on: store, time: time, definition: definition)
/// let mismatches = try await MoveCheck(definition, journeys).mismatches(of: StoreFace("Swift", journeys))
/// ```
public struct MoveCheck: Sendable {
    /// A status that no lifecycle declares.
    public static let undeclared = "no_such_status"

    /// What must hold.
    public let table: MoveTable
    let definition: Definition
    let journeys: Journeys

    /// Makes the check of a declaration on jobs that journeys bring where they are asked about.
    /// - Parameter definition: what is declared; the store may have been given another one, which is then
    ///   noticed.
    public init(_ definition: Definition, _ journeys: Journeys) {
        self.definition = definition
        self.journeys = journeys
        table = MoveTable(definition)
    }

    /// Every cell, start and constraint in which a way of moving disagrees with the table; empty when none
    /// does.
    public func mismatches(of face: any MoveFace) async throws -> [MoveMismatch] {
        var found: [MoveMismatch] = []
        for from in table.statuses {
            let questions = try await questions(from: from, for: face)
            guard !questions.isEmpty else { continue }
            found += try judge(questions, try await face.ask(questions), of: face)
        }
        return found + (try await outerMismatches(of: face))
    }

    /// The starts and the constraint alone.
    public func outerMismatches(of face: any MoveFace) async throws -> [MoveMismatch] {
        var found: [MoveMismatch] = []
        let statuses = table.statuses + [Self.undeclared]
        if let started = try await face.start(in: statuses) {
            for (status, accepted) in zip(statuses, started) where accepted != mayStart(in: status, by: face)
            {
                found.append(mismatch(face, nil, status, nil, accepted ? Self.wasAccepted : Self.wasRefused))
            }
        }
        if let named = try await face.constraint() {
            let (left, right) = (Set(named), Set(table.statuses))
            for status in left.symmetricDifference(right).sorted() {
                let words =
                    left.contains(status)
                    ? "is declared nowhere and its constraint names it"
                    : "is declared and its constraint does not name it"
                found.append(mismatch(face, nil, status, nil, words))
            }
        }
        return found
    }

    /// The questions of one row of the table, each with a job of its own that was brought there.
    public func questions(from: String, for face: any MoveFace) async throws -> [MoveQuestion] {
        guard let rule = definition.declaredRule(for: from) else { return [] }
        let actors = face.actors.map { $0.map(Optional.some) } ?? [nil]
        let asked = actors.flatMap { actor in
            (table.statuses + [Self.undeclared]).filter { face.canAsk(from: rule, to: $0, by: actor) }.map {
                (actor: actor, to: $0)
            }
        }
        guard !asked.isEmpty else { return [] }
        // Later rows go first in a claim: what earlier ones left behind is not handed out in their stead.
        let priority = table.statuses.firstIndex(of: from) ?? 0
        let jobs = try await journeys.jobs(in: from, asked.count, priority: priority)
        return zip(jobs, asked).map { MoveQuestion(job: $0, to: $1.to, actor: $1.actor) }
    }

    /// Where answers disagree with the table.
    public func judge(
        _ questions: [MoveQuestion], _ answers: [MoveAnswer], of face: any MoveFace
    ) throws -> [MoveMismatch] {
        guard questions.count == answers.count else {
            throw Conformance.Violation(
                description: "\(face.name) gave \(answers.count) answers to \(questions.count) questions")
        }
        return zip(questions, answers).compactMap { question, answer in
            fault(question, answer, of: face).map {
                mismatch(face, question.job.status, question.to, question.actor, $0)
            }
        }
    }

    private func mayStart(in status: String, by face: any MoveFace) -> Bool {
        let needs = definition.rule(for: status)?.needs ?? []
        return table.starts.contains(status) && (needs.isEmpty || face.verifiesNeeds)
    }

    // MARK: One cell

    private static let wasAccepted = "is refused by the table and was accepted"
    private static let wasRefused = "is allowed by the table and was refused"

    private func fault(
        _ question: MoveQuestion, _ answer: MoveAnswer, of face: any MoveFace
    ) -> String? {
        let (from, to) = (question.job.status, question.to)
        if from == to, question.actor == nil {
            // Plain SQL may write the status that is there already. It moves nothing, declared or not.
            return answer.status == from && answer.moves.isEmpty ? nil : seen(answer)
        }
        if table.allows(from: from, to: to, by: question.actor) {
            guard answer.accepted else { return "\(Self.wasRefused): \(answer.words)" }
            guard answer.status == to, answer.moves == [.init(from: from, to: to)] else {
                return "was accepted, and then \(seen(answer))"
            }
            return nil
        }
        guard !answer.accepted else { return Self.wasAccepted }
        guard answer.status == from, answer.moves.isEmpty else {
            return "was refused, and then \(seen(answer))"
        }
        return face.explains ? misexplained(question, answer) : nil
    }

    private func seen(_ answer: MoveAnswer) -> String {
        let moves = answer.moves.map { "\($0.from) → \($0.to)" }.joined(separator: ", ")
        return "the job was in '\(answer.status)' with the moves [\(moves)]"
    }

    /// A refusal must say from where, to where, and what would have been allowed to this actor.
    /// - Returns: what is wrong with it, if anything.
    private func misexplained(_ question: MoveQuestion, _ answer: MoveAnswer) -> String? {
        guard let actor = question.actor else { return nil }
        let from = question.job.status
        if actor == .worker, definition.rule(for: from)?.kind != .work {
            // Where there is no claim to be had, a worker is told that, whatever it wants.
            return answer.explanation.map { $0.code == "stale_claim" } ?? true
                ? nil : "was refused with \(answer.explanation?.code ?? "nothing"), wanted stale_claim"
        }
        guard table.statuses.contains(question.to) else {
            return answer.explanation?.code == "undeclared_status"
                ? nil : "was refused as \(answer.explanation?.code ?? "nothing"), not as undeclared_status"
        }
        let wanted = MoveAnswer.Explanation(
            code: "undeclared_move", from: from, to: question.to,
            allowed: table.targets(from: from, by: actor))
        guard answer.explanation != wanted else { return nil }
        guard let said = answer.explanation else { return "was refused without an explanation" }
        return "was refused with \(said), wanted \(wanted)"
    }

    func mismatch(
        _ face: any MoveFace, _ from: String?, _ to: String, _ actor: Actor.Kind?, _ words: String
    ) -> MoveMismatch {
        MoveMismatch(
            lifecycle: table.lifecycle, face: face.name, from: from, to: to, actor: actor, words: words)
    }
}
