import Foundation
import Lockstep
import TicketDocument

/// Reads tickets from a language model's answer.
public enum DraftAnswer {
    /// The longest answer that is read, in bytes.
    public static let longest = 1_000_000

    /// What an answer holds.
    public struct Reading: Hashable, Sendable {
        /// The tickets that can be used, each about a subject that was asked for.
        public internal(set) var tickets: [SiteSubject: TicketDraft] = [:]
        /// What is wrong, in the order of the answer, and then what is missing.
        public internal(set) var faults: [Fault] = []
    }

    /// Something wrong with an answer.
    public struct Fault: Hashable, Sendable {
        /// The subject that lacks a ticket because of it; `nil` when that is none that was asked for.
        public let subject: SiteSubject?
        /// What is wrong, without a full stop.
        public let text: String
    }

    /// The tickets of an answer, in the order of the request's subjects.
    /// - Throws: a ``Lockstep/Failure`` that is temporary, because the same question may be answered better: for
    ///   what is no such JSON, for a subject without a ticket, with two, or that was not asked for, and for a ticket
    ///   that Jira would not take.
    public static func tickets(_ answer: String, to request: DraftRequest) throws(Failure) -> [TicketDraft] {
        let reading = try read(answer, to: request)
        if let fault = reading.faults.first { throw nonsense(fault.text) }
        return request.subjects.compactMap { reading.tickets[$0] }
    }

    /// What can be used of an answer, and what is wrong with the rest.
    /// - Throws: a ``Lockstep/Failure`` that is temporary, for what is no such JSON.
    public static func read(_ answer: String, to request: DraftRequest) throws(Failure) -> Reading {
        let json: JSONValue
        do {
            json = try BoundedJSON.read(Data(bare(answer).utf8), mostBytes: longest, deepest: 20)
        } catch {
            throw nonsense("it is not the JSON that was asked for: \(error.message)")
        }
        guard case .array(let elements) = json["tickets"] else { throw nonsense("it has no list of tickets") }
        var reading = Reading()
        let wanted = Set(request.subjects)
        var seen: Set<SiteSubject> = []
        for (index, element) in elements.enumerated() {
            let name = "tickets[\(index)]"
            guard let subject = subject(element) else {
                reading.faults.append(Fault(subject: nil, text: "\(name) does not say its subject"))
                continue
            }
            guard wanted.contains(subject) else {
                reading.faults.append(
                    Fault(subject: nil, text: "\(name) is about \(subject), which was not asked for"))
                continue
            }
            guard seen.insert(subject).inserted else {
                // Which of them is meant, nobody knows.
                reading.tickets[subject] = nil
                reading.faults.append(Fault(subject: subject, text: "there are two tickets about \(subject)"))
                continue
            }
            do {
                reading.tickets[subject] = try ticket(element, about: subject, name: name)
            } catch {
                reading.faults.append(Fault(subject: subject, text: error.text))
            }
        }
        reading.faults += request.subjects.filter { !seen.contains($0) }.map {
            Fault(subject: $0, text: "there is no ticket about \($0)")
        }
        return reading
    }

    private struct Unusable: Error {
        let text: String
    }

    private static func subject(_ json: JSONValue) -> SiteSubject? {
        guard case .string(let about) = json["subject"] else { return nil }
        return SiteSubject(PlainLine.shortened(PlainLine.cleaned(about), longest: 300))
    }

    private static func ticket(
        _ json: JSONValue, about subject: SiteSubject, name: String
    ) throws(Unusable) -> TicketDraft {
        guard case .string(let summary) = json["summary"], case .string(let body) = json["description"],
            case .array(let list) = json["acceptance_criteria"]
        else {
            throw Unusable(text: "\(name) must have a summary, a description and acceptance_criteria")
        }
        var criteria: [String] = []
        for element in list {
            guard case .string(let text) = element else {
                throw Unusable(text: "\(name) has an acceptance criterion that is no text")
            }
            let line = PlainLine.cleaned(text)
            if !line.isEmpty { criteria.append(line) }
        }
        guard !criteria.isEmpty else { throw Unusable(text: "\(name) has no acceptance criteria") }
        let ticket = TicketDraft(
            subject: subject, summary: PlainLine.shortened(PlainLine.cleaned(summary), longest: 250),
            body: body, criteria: criteria)
        if let fault = ticket.faults.first { throw Unusable(text: "\(name) cannot be used: \(fault)") }
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
