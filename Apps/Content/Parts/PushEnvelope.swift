import Foundation
import Lockstep

/// A message as push services wrap it: `{"message": {"data": base64, "messageId": …, "publishTime": …, "attributes": …},
/// "subscription": …}` (Google Cloud Pub/Sub, "Push subscriptions: properties of a push message").
struct PushEnvelope: Hashable, Sendable {
    /// The service's id of the message; the same at every delivery.
    var messageID: String
    /// The subscription that it came by, where it says so.
    var subscription: String?
    /// The request that is to be worked on.
    var request: JobID

    /// Why a message can never succeed.
    struct Fault: Error, Hashable {
        /// A stable word for programs.
        var code: String
        /// One sentence.
        var sentence: String
        /// What could be read of the envelope.
        var messageID: String?
        var subscription: String?
        var request: String?
    }

    /// The longest body of a message that is read.
    static let longest = 256 << 10
    /// The longest id, and the longest name of a subscription.
    private static let longestName = 512

    /// Reads a body.
    /// - Throws: ``Fault``.
    init(_ body: [UInt8]) throws(Fault) {
        var fault = Fault(code: "malformed_envelope", sentence: "")
        guard let text = String(validating: body, as: UTF8.self), let document = Self.document(text) else {
            throw fault.saying("the body is no JSON object of push services")
        }
        fault.subscription = Self.name(document["subscription"])
        guard case .object = document["message"], let message = document["message"] else {
            throw fault.saying("the envelope has no 'message'")
        }
        fault.messageID = Self.name(message["messageId"] ?? message["message_id"])
        guard let messageID = fault.messageID else {
            throw fault.saying("the message has no 'messageId' of 1 to \(Self.longestName) characters")
        }
        fault.code = "malformed_message"
        guard case .string(let encoded) = message["data"] else {
            throw fault.saying("the message has no 'data'")
        }
        // Foundation is generous with what stands behind the end.
        guard let bytes = Data(base64Encoded: encoded), bytes.base64EncodedString() == encoded else {
            throw fault.saying("the message's 'data' is no base64")
        }
        guard let inner = String(validating: bytes, as: UTF8.self), let content = Self.document(inner) else {
            throw fault.saying("the message's 'data' is no JSON object; it should be {\"request_id\": …}")
        }
        guard case .string(let id) = content["request_id"] else {
            throw fault.saying("the message names no 'request_id'")
        }
        fault.request = String(id.prefix(Self.longestName))
        guard let request = JobID(id) else {
            throw fault.saying("the message's 'request_id' is no UUID")
        }
        try Self.checkStatus(content["status"], &fault)
        self.messageID = messageID
        self.subscription = fault.subscription
        self.request = request
    }

    /// A message may say in which status its sender believes the request to be. One that nobody has declared shows that
    /// sender and receiver do not agree, which no redelivery changes.
    private static func checkStatus(_ status: JSONValue?, _ fault: inout Fault) throws(Fault) {
        switch status {
        case nil, .null: return
        case .string(let name) where ContentRequest(rawValue: name) != nil: return
        case .string(let name):
            fault.code = "undeclared_status"
            throw fault.saying(
                "the status '\(name.prefix(80))' is not declared; accepted: "
                    + ContentSchema.statuses.joined(separator: ", "))
        default: throw fault.saying("the message's 'status' is no text")
        }
    }

    private static func document(_ text: String) -> JSONValue? {
        // Whatever it is instead, it is told as one fault.
        guard let value = try? JSONValue(parsing: text), case .object = value else { return nil }
        return value
    }

    private static func name(_ value: JSONValue?) -> String? {
        guard case .string(let text) = value, !text.isEmpty, text.utf8.count <= longestName,
            !text.unicodeScalars.contains(where: { $0.value == 0 })
        else { return nil }
        return text
    }
}

extension PushEnvelope.Fault {
    fileprivate func saying(_ sentence: String) -> Self {
        var fault = self
        // It goes into a column of text, and is read by people.
        fault.sentence = String(
            String.UnicodeScalarView(
                sentence.unicodeScalars.filter {
                    !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 32
                }))
        return fault
    }
}
