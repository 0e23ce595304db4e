import Lockstep
import LockstepPush
import Logging
import Synchronization

/// Posts notices to a webhook, signed as deliveries are (``LockstepPush/PushSignature``) and under the same rules: to
/// checked addresses alone, without following redirects, within a time.
///
///     {"id": key, "request": …, "status": …, "question": …, "video_url": …, "duration_seconds": …, "owner": …}
///
/// The key is in the header `Idempotency-Key` too; the signature covers the one in the body. Any 2xx means that the
/// notice has arrived. 5xx, 408, 409, 425, 429 and no answer are temporary, and no attempt is wanted before
/// `Retry-After`; every other answer needs an administrator, unless it is a problem document (RFC 9457) that names
/// another `audience`.
public final class WebhookNotifier: Notifier {
    private let target: PushTarget
    private let client: PushClient
    private let time: any TimeSource
    private let logger: Logger
    /// Which of the host's addresses is taken.
    private let turn = Atomic(0)

    /// Makes a notifier.
    /// - Parameters:
    ///   - options: which addresses it may speak to, who resolves hosts, and how long an answer may take; the rest is for
    ///     deliveries of jobs.
    ///   - time: what signatures are dated by.
    public init(
        _ target: PushTarget, options: PushOptions = PushOptions(), time: any TimeSource = SystemTime(),
        logger: Logger = Logger(label: "content.notifying")
    ) {
        self.target = target
        client = PushClient(options)
        self.time = time
        self.logger = logger
    }

    private struct Body: Encodable {
        let id: String
        let request: String
        let status: String
        let question: String
        let video: String?
        let duration: Double?
        let owner: String?

        private enum CodingKeys: String, CodingKey {
            case id, request, status, question, owner
            case video = "video_url"
            case duration = "duration_seconds"
        }
    }

    /// Posts a notice.
    public func notify(_ notice: Notice, key: String) async throws {
        try check(key)
        let text = try JSONText.encode(
            Body(
                id: key, request: notice.request, status: notice.status, question: notice.question,
                video: notice.video, duration: notice.duration, owner: notice.owner))
        let body = Array(text.utf8)
        let headers = target.headers(for: body, at: time.now()) + [("Idempotency-Key", key)]
        let answer: PushAnswer
        do {
            answer = try await client.post(
                body, to: target, headers: headers, turn: turn.load(ordering: .relaxed), logger: logger)
        } catch {
            // The address that did not answer is not the next attempt's.
            turn.wrappingAdd(1, ordering: .relaxed)
            throw error
        }
        if let failure = answer.failure(of: target.name, now: time.now()) { throw failure }
    }

    /// Closes all connections.
    public func shutDown() async throws { try await client.shutDown() }
}
