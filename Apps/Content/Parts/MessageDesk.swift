import Crypto
import Foundation
import Lockstep
import LockstepSQL
import Logging

/// Takes messages of a push service in: each once, and for good.
///
/// A message that asks for work lets its request go, in the transaction in which it is noted as handled. One that can
/// never succeed is parked for an operator. Both are acknowledged: only what may succeed later is thrown, and delivered
/// again.
struct MessageDesk: Sendable {
    let service: ContentService
    let logger: Logger

    /// What became of a message.
    enum Receipt: Hashable, Sendable {
        /// What it asks for is done.
        case handled
        /// It came before.
        case known
        /// It can never succeed, and is parked.
        case parked(Failure)
    }

    /// Takes a body in.
    /// - Parameter length: how long the body is; of one that is longer than a message may be this is the beginning.
    /// - Throws: what may be over at the next delivery.
    func take(_ body: [UInt8], length: Int) async throws -> Receipt {
        var facts = MessageFacts(sha256: SHA256.hash(data: body).hexadecimal, length: length)
        var request: JobID?
        var fault: Failure?
        do throws(PushEnvelope.Fault) {
            guard length == body.count else {
                throw PushEnvelope.Fault(
                    code: "oversized_message",
                    sentence:
                        "the body has more than the \(PushEnvelope.longest) bytes that a message may have")
            }
            let envelope = try PushEnvelope(body)
            facts.messageID = envelope.messageID
            facts.subscription = envelope.subscription
            facts.request = envelope.request.text
            request = envelope.request
        } catch {
            facts.messageID = error.messageID
            facts.subscription = error.subscription
            facts.request = error.request
            fault = .adminRequired("The message can never succeed: \(error.sentence).", code: error.code)
        }
        do {
            return try await note(facts, request, fault)
        } catch {
            let failure = Failure(error)
            guard failure.audience != .temporary, !(error is CancellationError) else { throw error }
            // What the request's own tables refuse is refused at every delivery.
            return try await note(facts, nil, failure)
        }
    }

    private func note(_ facts: MessageFacts, _ request: JobID?, _ fault: Failure?) async throws -> Receipt {
        var new = try service.messages.new(facts, by: .event)
        new.id = Self.id(of: facts)
        let (message, id) = (new, new.id)
        let jobs = service.store.dialect.jobs(of: ContentRequest.name)
        return try await service.store.write { transaction in
            let (_, isKnown) = try transaction.start(message).get()
            guard !isKnown, let id else { return .known }
            func change(_ change: Command.Change, by actor: Actor) throws {
                _ = try transaction.apply(Command(change, job: id, of: ContentMessage.name, by: actor)).get()
            }
            if let fault = try fault ?? request.flatMap({ try Self.letGo($0, jobs, transaction) }) {
                try change(.fail(fault), by: .engine)
                return .parked(fault)
            }
            try change(.move(to: ContentMessage.handled.rawValue), by: .event)
            return .handled
        }
    }

    /// Lets a request go that waits for its message. One that does not has been let go before, or never waited.
    /// - Returns: why that can never succeed; `nil` when it did.
    private static func letGo(
        _ request: JobID, _ jobs: String, _ transaction: any SQLTransaction
    ) throws -> Failure? {
        guard try RequestTable.find(request, in: transaction) != nil else {
            return .adminRequired(
                "The message can never succeed: there is no request \(request).", code: "unknown_request")
        }
        let hold = try transaction.query("SELECT hold FROM \(jobs) WHERE id = ?1", request.text).first?[0]
            .text
        guard hold == ContentRequest.delivery else { return nil }
        _ = try transaction.apply(
            Command(.release, job: request, of: ContentRequest.name, by: .event)
        ).get()
        return nil
    }

    /// The id of a message's job: the same at every delivery. One whose sender gave it no id is known by its bytes.
    private static func id(of facts: MessageFacts) -> JobID? {
        let name =
            facts.messageID.map { "id\n\(facts.subscription ?? "")\n\($0)" }
            ?? "bytes\n\(facts.sha256)\n\(facts.length)"
        var bytes = Array(SHA256.hash(data: Data(name.utf8)).prefix(16))
        // A UUID of version 8 (RFC 9562, section 5.8).
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(bytes.hexadecimal)
        let parts = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
        return JobID(parts.map { String($0) }.joined(separator: "-"))
    }
}
