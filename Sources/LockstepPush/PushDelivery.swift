import Lockstep
import Logging
import ServiceLifecycle

/// Pushes jobs to webhooks: the worker of those who cannot ask for work, such as functions that run when they are
/// called.
///
/// It claims the jobs of all working statuses that name a webhook, posts each one, signed (``PushSignature``), and
/// writes what comes of it under the claim:
///
/// | answer | means |
/// |---|---|
/// | 2xx with `{"to": status, "output"?: …, "metadata"?: {…}}` | the work is done: the job moves |
/// | 202, 204, or another 2xx without a body | the receiver works on, and finishes by `POST /v1/jobs/{id}/finish` with the worker and the fence of the delivery; until then the service keeps the claim alive, at most for the status's time limit |
/// | a problem document (RFC 9457) with `audience` | a failure for that audience |
/// | 5xx, 408, 409, 425, 429, no answer | a temporary failure: tried again as the status's retry policy says, not before `Retry-After` |
/// | any other 4xx, a redirect, a body that cannot be read | can never succeed: the job is parked for an administrator |
///
/// Deliveries of the same work carry the same `messageId`: an attempt after a failure, and one after a crash of this
/// service between a receiver's answer and its record, of which the receiver alone knows. A receiver that remembers
/// the answers of what it finished, and gives them again, does the work once.
public struct PushDelivery: Service {
    private let worker: Worker
    private let client: PushClient
    /// The working statuses that are pushed, by lifecycle.
    public let statuses: [String: [String]]

    /// Makes the service for those of the definitions that name webhooks; when none does, it runs and does nothing.
    /// - Throws: an administrator's ``Failure`` when a webhook has no address or no secret.
    public init(
        _ definitions: [Definition], on store: any Store, options: PushOptions,
        logger: Logger = Logger(label: "lockstep.push", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        let client = PushClient(options)
        var handlers: [Handler] = []
        for definition in definitions {
            for rule in definition.pushed {
                guard let webhook = rule.webhook else { continue }
                let target = try options.target(of: webhook)
                handlers.append(
                    .handingOver(definition, rule.name) { record, claim, logger in
                        try await Self.deliver(record, claim, to: target, by: client, store, logger)
                    })
            }
        }
        self.client = client
        statuses = Dictionary(
            definitions.map { ($0.name, $0.pushed.map(\.name)) }, uniquingKeysWith: { first, _ in first }
        ).filter { !$0.value.isEmpty }
        let made = handlers
        worker = Worker(
            on: store,
            options: WorkerOptions(
                name: "push", concurrency: options.concurrency, lease: options.lease, poll: options.poll,
                grace: options.grace), logger: logger
        ) { made }
    }

    /// Pushes until a graceful shutdown begins; then deliveries may end within the grace time, and what has not ended is
    /// given back without counting an attempt.
    /// - Throws: what ``Worker/run()`` throws.
    public func run() async throws {
        do {
            try await withGracefulShutdownHandler {
                if statuses.isEmpty {
                    try await gracefulShutdown()
                } else {
                    try await worker.run()
                }
            } onGracefulShutdown: {
                worker.stop()
            }
        } catch {
            try await client.shutDown()
            throw error
        }
        try await client.shutDown()
    }

    /// Lets the service stop as a graceful shutdown does, where it is not run by a service group.
    public func stop() { worker.stop() }

    // MARK: One delivery

    private static func deliver(
        _ record: JobRecord, _ claim: Claim, to target: PushTarget, by client: PushClient, _ store: any Store,
        _ logger: Logger
    ) async throws -> Handler.Handover {
        let round = try await PushMessage.round(of: record) { after, limit in
            try await store.history(of: record.id, in: record.lifecycle, after: after, limit: limit)
        }
        let message = try PushMessage(record, claim, round: round)
        let body = Array(try JSONText.encode(message).utf8)
        let now = store.time.now()
        let headers =
            target.headers(for: body, at: now)
            + (record.trace?.headers.map { (name: $0.name, value: $0.value) } ?? [])
        let answer = try await client.post(
            body, to: target, headers: headers, turn: max(0, record.attempt - 1), logger: logger)
        logger.debug(
            "a delivery was answered", metadata: ["webhook": "\(target.name)", "answer": "\(answer.status)"])
        switch answer.verdict(of: target.name, now: store.time.now()) {
        case .finished(let to, let output, let metadata):
            return Handler.Handover(status: to, output: output, metadata: metadata)
        case .accepted:
            try await waitForTheReceiver(store.time)
        case .failed(let failure): throw failure
        }
    }

    /// Holds the claim until it is gone, because the receiver finished or failed the job, or its time was over; then this
    /// task is cancelled.
    private static func waitForTheReceiver(_ time: any TimeSource) async throws -> Never {
        while true { try await time.sleep(until: time.now() + .seconds(86400)) }
    }
}
