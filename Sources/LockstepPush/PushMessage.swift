import Foundation
import Lockstep

/// What is pushed: a job in the envelope that push subscriptions have (Google Pub/Sub's), which functions of many
/// clouds already read:
///
///     {"message": {"data": base64, "messageId": …, "publishTime": …, "attributes": {…}}, "subscription": …}
///
/// `data` is the job as `GET /v1/jobs/{id}` shows it, with `worker`: with its `fence`, that is what the receiver needs
/// to finish the job itself.
struct PushMessage: Encodable {
    let message: Message
    let subscription: String

    struct Message: Encodable {
        let data: String
        let messageId: String
        let publishTime: Timestamp
        let attributes: [String: String]
    }

    /// - Parameters:
    ///   - history: the job's, all of it.
    init(_ record: JobRecord, _ claim: Claim, history: [HistoryEntry]) throws {
        let id = "\(record.id).\(Self.round(history))"
        var attributes = [
            "lifecycle": record.lifecycle, "job": record.id.text, "status": record.status,
            "attempt": String(record.attempt), "fence": String(claim.fence), "worker": claim.worker.text,
        ]
        for header in record.trace?.headers ?? [] { attributes[header.name] = header.value }
        message = Message(
            data: Data(try Self.job(record, claim).utf8).base64EncodedString(), messageId: id,
            publishTime: record.enteredAt, attributes: attributes)
        subscription = "lockstep/\(record.lifecycle)/\(record.status)"
    }

    /// What makes two deliveries the same work: the entry of history by which the job came to where it is, or was let
    /// go again by a person after a failure. Neither a claim nor a failed attempt makes the work another one.
    static func round(_ history: [HistoryEntry]) -> Int64 {
        let beginning = history.last { entry in
            entry.from != entry.to || entry.kind == .resumed || entry.kind == .moved
        }
        return beginning?.number ?? 1
    }

    /// The job, its free data word by word as it is kept.
    private static func job(_ record: JobRecord, _ claim: Claim) throws -> String {
        let parts = [
            ("worker", try JSONText.encode(claim.worker.text)), ("input", try checked(record.input)),
            ("output", try checked(record.output ?? "null")), ("metadata", try checked(record.metadata)),
        ]
        let members = parts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",")
        return try JSONText.encode(JobHead(record)).dropLast() + "," + members + "}"
    }

    /// A text that is no JSON (somebody wrote to the table by hand) must not break the whole: it is sent as a string.
    private static func checked(_ text: String) throws -> String {
        do {
            _ = try JSONValue(parsing: text)
            return text
        } catch {
            return try JSONText.encode(text)
        }
    }
}
