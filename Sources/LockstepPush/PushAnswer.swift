import Foundation
import Lockstep
import NIOHTTP1

/// What a receiver answered to a delivery, and what it means for the job.
public struct PushAnswer: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The headers.
    var headers: HTTPHeaders = [:]
    /// The body; `nil` when it was longer than is read.
    public var body: Data? = Data()

    /// What an answer means.
    enum Verdict: Hashable {
        /// The work is done, and this is to be written.
        case finished(to: String, output: String?, metadata: String?)
        /// The receiver works on, under the fence that it was given, and finishes by itself.
        case accepted
        /// The attempt failed.
        case failed(Failure)
    }

    /// The longest time that a receiver may ask to be left alone for.
    static let longestPause = TimeLimit.days(1)

    /// Reads the answer.
    /// - Parameters:
    ///   - webhook: what the definition calls it, for the sentence.
    ///   - now: the time, for a `Retry-After` that names a moment.
    func verdict(of webhook: String, now: Timestamp) -> Verdict {
        switch status {
        case 202, 204: .accepted
        case 200..<300: success(webhook)
        case 300..<400: .failed(Self.redirect(webhook, status))
        default: .failed(failure(webhook, now))
        }
    }

    // MARK: Success

    private func success(_ webhook: String) -> Verdict {
        func bad(_ words: String) -> Verdict {
            .failed(.adminRequired("the webhook '\(webhook)' \(words)", code: "bad_answer"))
        }
        guard let body else {
            return bad("answered with more than \(PushOptions.longestAnswer) bytes; send less")
        }
        if body.isEmpty { return .accepted }
        guard let object = Self.object(body) else {
            return bad(
                "answered \(status) with a body that is no JSON object; answer {\"to\": status} when the work "
                    + "is done, or 202 to finish later")
        }
        guard let to = object["to"] as? String, !to.isEmpty else {
            return bad("answered \(status) without saying where the job moves; answer {\"to\": status}")
        }
        if let metadata = object["metadata"], !(metadata is NSNull), !(metadata is [String: Any]) {
            return bad("answered with 'metadata' that is no object")
        }
        return .finished(to: to, output: Self.text(object["output"]), metadata: Self.text(object["metadata"]))
    }

    private static func object(_ body: Data) -> [String: Any]? {
        // What is no JSON is an answer here, not an error.
        do { return try JSONSerialization.jsonObject(with: body) as? [String: Any] } catch { return nil }
    }

    private static func text(_ value: Any?) -> String? {
        guard let value, !(value is NSNull) else { return nil }
        let options: JSONSerialization.WritingOptions = [
            .sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes,
        ]
        do {
            return String(
                decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
        } catch {
            preconditionFailure("what was read as JSON cannot be written as JSON: \(error)")
        }
    }

    // MARK: Failure

    /// What stands against a delivery that wants to hear nothing but that it has arrived: `nil` for a success, whatever
    /// its body.
    /// - Parameters:
    ///   - webhook: what the installation calls it, for the sentence.
    ///   - now: the time, for a `Retry-After` that names a moment.
    public func failure(of webhook: String, now: Timestamp) -> Failure? {
        switch status {
        case 200..<300: nil
        case 300..<400: Self.redirect(webhook, status)
        default: failure(webhook, now)
        }
    }

    private static func redirect(_ webhook: String, _ status: Int) -> Failure {
        .adminRequired(
            "the webhook '\(webhook)' answered with a redirect (\(status)), and none is followed; "
                + "name the address that it leads to", code: "http_\(status)")
    }

    /// Says who can do something: the problem document (RFC 9457) where it names an `audience`; else a later attempt
    /// where the status says so, and otherwise an administrator, for the same request would be refused again.
    private func failure(_ webhook: String, _ now: Timestamp) -> Failure {
        let type = headers.first(name: "content-type")?.prefix { $0 != ";" }.lowercased()
        let isProblem = type?.trimmingCharacters(in: .whitespaces) == "application/problem+json"
        let problem = isProblem ? body.flatMap(Self.object) : nil
        let said = (problem?["audience"] as? String).flatMap(Failure.Audience.init)
        let isTemporary = status >= 500 || [408, 409, 425, 429].contains(status)
        let audience = said ?? (isTemporary ? .temporary : .adminRequired)
        let detail = problem?["detail"] as? String ?? problem?["title"] as? String
        let message =
            audience == .userFixable && detail != nil
            ? detail ?? ""
            : "the webhook '\(webhook)' answered \(status)" + (detail.map { ": \($0)" } ?? "")
        let code = (problem?["code"] as? String).flatMap { Self.isCode($0) ? $0 : nil }
        return Failure(
            audience, code: code ?? "http_\(status)", message: message,
            retryAfter: audience == .temporary ? pause(now) : nil)
    }

    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a moment.
    private func pause(_ now: Timestamp) -> TimeLimit? {
        guard let text = headers.first(name: "retry-after") else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return min(Int(text).map(TimeLimit.seconds) ?? Self.longestPause, Self.longestPause)
        }
        let reader = DateFormatter()
        reader.locale = Locale(identifier: "en_US_POSIX")
        reader.timeZone = TimeZone(secondsFromGMT: 0)
        reader.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let moment = reader.date(from: text) else { return nil }
        let pause = TimeLimit(microseconds: Timestamp(moment).microseconds - now.microseconds)
        return min(pause, Self.longestPause)
    }
}
