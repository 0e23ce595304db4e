import LanguageModels
import Lockstep
import Logging
import TicketDrafting

/// Has a language model draft tickets.
///
/// The model is asked for few subjects at a time, since its answers are bounded; an answer that was cut is asked for
/// again in halves. A draft that cannot be used is asked for once more, and the model is told what was wrong with it.
/// What cannot be used then is drafted by the rules of ``TicketDrafting/OfflineDrafter``, so that one bad ticket does
/// not take the others along. A model that answers with something else altogether, twice, is a temporary failure: the
/// next attempt may bring a better answer, and attempts are counted.
public struct ModelDrafter: TicketDrafter {
    /// The model that is asked.
    public let model: any ChatModel
    private let logger: Logger

    /// The most subjects of one question. Whoever shows progress, or keeps what is done already when a later question
    /// fails, asks for ``TicketDrafting/DraftRequest/parts(of:)`` of this size one after the other.
    public static let mostSubjects = 8

    /// Makes the drafter.
    public init(_ model: any ChatModel, logger: Logger = Logger(label: "tickets.drafting")) {
        self.model = model
        self.logger = logger
    }

    /// Drafts one ticket for each subject, in their order.
    /// - Throws: a ``Lockstep/Failure``: the model's own, one that the user can fix when the model refuses, or a
    ///   temporary one for nonsense; `CancellationError`.
    public func drafts(for request: DraftRequest) async throws -> [TicketDraft] {
        var tickets: [SiteSubject: TicketDraft] = [:]
        var parts = request.parts(of: Self.mostSubjects)
        parts.reverse()
        while let part = parts.popLast() {
            try Task.checkCancellation()
            switch try await ask(part, faults: []) {
            case .cut where part.subjects.count > 1:
                parts += part.parts(of: (part.subjects.count + 1) / 2).reversed()
            case .cut:
                try await mend(part, faults: ["the answer was too long, and was cut"], &tickets)
            case .nonsense(let failure):
                try await mend(part, faults: [failure.message], &tickets, orThrow: failure)
            case .reading(let reading):
                tickets.merge(reading.tickets) { $1 }
                let rest = part.only { tickets[$0] == nil }
                guard !rest.subjects.isEmpty else { continue }
                try await mend(rest, faults: reading.faults.map(\.text), &tickets)
            }
        }
        return try request.subjects.compactMap { subject in
            guard let ticket = tickets[subject] else {
                throw Failure.adminRequired("There is no draft of \(subject).", code: "draft_missing")
            }
            return ticket
        }
    }

    /// What came of a question.
    private enum Outcome {
        case reading(DraftAnswer.Reading)
        case nonsense(Failure)
        case cut
    }

    private func ask(_ request: DraftRequest, faults: [String]) async throws -> Outcome {
        let answer = try await model.answer(
            ChatQuestion(
                system: DraftPrompt.instructions, user: try DraftPrompt(request, faults: faults).text,
                mostTokens: Self.mostTokens(request.subjects.count)))
        if let refusal = answer.refusal {
            throw Failure.userFixable(
                "The model does not want to draft these tickets: \(Self.sentence(refusal)) Choose another provider, or "
                    + "draft without one.", code: "model_refused")
        }
        if answer.isCut { return .cut }
        do {
            return .reading(try DraftAnswer.read(answer.text, to: request))
        } catch {
            return .nonsense(error)
        }
    }

    /// Asks once more for what could not be used, and takes the rules' tickets for what still cannot.
    /// - Parameter failure: what is thrown when the answer is nonsense again.
    private func mend(
        _ request: DraftRequest, faults: [String], _ tickets: inout [SiteSubject: TicketDraft],
        orThrow failure: Failure? = nil
    ) async throws {
        switch try await ask(request, faults: Array(faults.prefix(20))) {
        case .reading(let reading): tickets.merge(reading.tickets) { $1 }
        case .nonsense(let again): if failure != nil { throw again }
        case .cut: break
        }
        let rest = request.only { tickets[$0] == nil }
        guard !rest.subjects.isEmpty else { return }
        logger.warning(
            "a model's drafts cannot be used, and the rules' are taken",
            metadata: ["subjects": "\(rest.subjects.map(\.description).joined(separator: " "))"])
        for ticket in try await OfflineDrafter().drafts(for: rest) { tickets[ticket.subject] = ticket }
    }

    /// The most tokens of an answer: a description of some 300 words and eight criteria for each ticket, in JSON; what
    /// is left is for models that think before they answer.
    private static func mostTokens(_ subjects: Int) -> Int { 2048 + 1024 * subjects }

    private static func sentence(_ text: String) -> String {
        let line = ShownText.of(text.split(whereSeparator: \.isNewline).joined(separator: " "), longest: 300)
        return [".", "!", "?", "…"].contains { line.hasSuffix($0) } ? line : line + "."
    }
}

extension DraftRequest {
    /// The same request for fewer subjects.
    fileprivate func only(_ isWanted: (SiteSubject) -> Bool) -> DraftRequest {
        DraftRequest(
            siteName: siteName, siteDescription: siteDescription, site: site,
            subjects: subjects.filter(isWanted))
    }
}
