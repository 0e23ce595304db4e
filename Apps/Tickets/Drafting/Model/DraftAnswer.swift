import Foundation
import Lockstep
import TicketDocument

/// Reads tickets from a language model's answer.
public enum DraftAnswer {
    /// The longest answer that is read, in bytes.
    public static let longest = 1_000_000

    /// The tickets of an answer, in the order of the request's subjects.
    /// - Throws: a ``Lockstep/Failure`` that is temporary, because the same question may be answered better: for
    ///   what is no such JSON, for a subject without a ticket, with two, or that was not asked for, and for a ticket
    ///   that Jira would not take.
    public static func tickets(_ answer: String, to request: DraftRequest) throws(Failure) -> [TicketDraft] {
        let json: JSONValue
        do {
            json = try BoundedJSON.read(Data(bare(answer).utf8), mostBytes: longest, deepest: 20)
        } catch {
            throw nonsense("it is not the JSON that was asked for: \(error.message)")
        }
        guard case .array(let elements) = json["tickets"] else { throw nonsense("it has no list of tickets") }
        let wanted = Set(request.subjects)
        var tickets: [SiteSubject: TicketDraft] = [:]
        for (index, element) in elements.enumerated() {
            let ticket = try ticket(element, name: "tickets[\(index)]")
            guard wanted.contains(ticket.subject) else {
                throw nonsense("tickets[\(index)] is about \(ticket.subject), which was not asked for")
            }
            guard tickets.updateValue(ticket, forKey: ticket.subject) == nil else {
                throw nonsense("there are two tickets about \(ticket.subject)")
            }
        }
        if let missing = request.subjects.first(where: { tickets[$0] == nil }) {
            throw nonsense("there is no ticket about \(missing)")
        }
        return request.subjects.compactMap { tickets[$0] }
    }

    private static func ticket(_ json: JSONValue, name: String) throws(Failure) -> TicketDraft {
        guard case .string(let about) = json["subject"],
            let subject = SiteSubject(PlainLine.shortened(PlainLine.cleaned(about), longest: 300))
        else { throw nonsense("\(name) does not say its subject") }
        guard case .string(let summary) = json["summary"], case .string(let body) = json["description"],
            case .array(let list) = json["acceptance_criteria"]
        else {
            throw nonsense("\(name) must have a summary, a description and acceptance_criteria")
        }
        var criteria: [String] = []
        for element in list {
            guard case .string(let text) = element else {
                throw nonsense("\(name) has an acceptance criterion that is no text")
            }
            let line = PlainLine.cleaned(text)
            if !line.isEmpty { criteria.append(line) }
        }
        guard !criteria.isEmpty else { throw nonsense("\(name) has no acceptance criteria") }
        let ticket = TicketDraft(
            subject: subject, summary: PlainLine.shortened(PlainLine.cleaned(summary), longest: 250),
            body: body, criteria: criteria)
        if let fault = ticket.faults.first { throw nonsense("\(name) cannot be used: \(fault)") }
        return ticket
    }

    /// The JSON of an answer that was put into a fence all the same.
    private static func bare(_ answer: String) -> String {
        let text = answer.trimmingBlanks
        guard text.hasPrefix("```"), text.hasSuffix("```"), text.count > 6,
            let line = text.firstIndex(of: "\n")
        else { return text }
        return String(text[line...].dropLast(3))
    }

    private static func nonsense(_ problem: String) -> Failure {
        .temporary(
            "The model's answer cannot be used: \(PlainLine.shortened(PlainLine.cleaned(problem), longest: 400)).",
            code: "bad_model_answer")
    }
}
