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

    /// - Parameter round: which work it is; see ``round(of:reading:)``.
    init(_ record: JobRecord, _ claim: Claim, round: Int64) throws {
        let id = "\(record.id).\(round)"
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
    ///
    /// It is looked for from the end of the history: what was before it, which may be much, is not read.
    /// - Parameter lines: reads the history after a number, so many lines of it.
    /// - Throws: what reading throws.
    static func round(
        of record: JobRecord, reading lines: (_ after: Int64, _ limit: Int) async throws -> [HistoryEntry]
    ) async throws -> Int64 {
        var end = record.version
        while end > 0 {
            let start = max(0, end - Self.page)
            let page = try await lines(start, Int(end - start))
            let beginning = page.last { $0.from != $0.to || $0.kind == .resumed || $0.kind == .moved }
            if let beginning { return beginning.number }
            end = start
        }
        return 1
    }

    /// So many lines of the history are read at a time.
    private static let page: Int64 = 50

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
