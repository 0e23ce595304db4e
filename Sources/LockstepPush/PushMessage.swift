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

    private static func job(_ record: JobRecord, _ claim: Claim) throws -> String {
        try JobText.encode(record, [("worker", try JSONText.encode(claim.worker.text))])
    }
}
