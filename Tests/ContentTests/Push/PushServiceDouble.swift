import AppSupport
import Foundation
import Lockstep
import NIOCore
import NIOHTTP1

/// Delivers messages as Google Cloud Pub/Sub's documentation of push subscriptions says: at least once, again when the
/// answer is none of 102, 200, 201, 202 and 204 or does not come within the acknowledgement deadline of 10 seconds, with
/// an exponential backoff of 10 to 600 seconds in between. The pauses are counted and not waited for.
struct PushServiceDouble: Sendable {
    let client: AppClient
    /// How often a message is delivered before it is given up; the real one goes on for seven days.
    static let most = 30
    private static let deadline = Duration.seconds(10)
    private static let accepted: Set<Int> = [102, 200, 201, 202, 204]

    /// What became of a message.
    struct Delivery: Sendable {
        /// How often it was delivered.
        var count = 0
        /// Whether it was acknowledged.
        var isAcknowledged = false
        /// How long the real service would have waited in between, in seconds.
        var backoff = 0.0
        /// The answers.
        var replies: [AppClient.Reply] = []
    }

    /// Delivers a body until it is acknowledged.
    func deliver(_ body: [UInt8]) async throws -> Delivery {
        var delivery = Delivery()
        var pause = 10.0
        while delivery.count < Self.most, !delivery.isAcknowledged {
            delivery.count += 1
            let start = ContinuousClock.now
            let reply = try await client.send(
                .POST, "/internal/push", as: "willi", bytes: ByteBuffer(bytes: body), type: "application/json"
            )
            delivery.replies.append(reply)
            delivery.isAcknowledged =
                Self.accepted.contains(reply.status) && ContinuousClock.now - start < Self.deadline
            guard !delivery.isAcknowledged else { break }
            delivery.backoff += pause
            pause = min(600, pause * 2)
        }
        return delivery
    }

    /// The envelope of a message.
    static func envelope(
        data: JSONValue?, id: JSONValue? = .string(UUID().uuidString), attributes: JSONValue = [:]
    ) throws -> [UInt8] {
        var message: [String: JSONValue] = [
            "publishTime": "2026-01-01T00:00:00.000Z", "attributes": attributes,
        ]
        if let data { message["data"] = data }
        if let id { message["messageId"] = id }
        return Array(
            try JSONValue.object([
                "message": .object(message), "subscription": "projects/test/subscriptions/content",
            ]).encoded().utf8)
    }

    /// The envelope of a message with this content.
    static func envelope(content: String, id: String = UUID().uuidString) throws -> [UInt8] {
        try envelope(data: .string(Data(content.utf8).base64EncodedString()), id: .string(id))
    }

    /// The message that asks for a request's work.
    static func message(_ request: JobID, id: String = UUID().uuidString, status: String? = nil) throws
        -> [UInt8]
    {
        var content: [String: JSONValue] = ["request_id": .string(request.text)]
        if let status { content["status"] = .string(status) }
        return try envelope(content: try JSONValue.object(content).encoded(), id: id)
    }
}
