import AsyncHTTPClient
import Foundation
import Lockstep
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import TicketDocument
import TicketExport

/// Speaks to a Jira site over HTTP.
///
/// Every call has a connection of its own, which is closed after it. A connection that is kept may be closed by the
/// other end at any moment, and then nobody can tell whether a request that was just written was read; a new one is
/// there, or is not. Nothing is tried twice: the client does not connect again by itself, and what is asked again is
/// the ``TicketExport/ExportPlan``'s to decide.
public struct HTTPJira: JiraTransport {
    /// The site.
    public let site: JiraSite
    private let most: Duration
    /// Returns when a call that begins now has taken too long.
    private let limit: @Sendable () async throws -> Void
    private let logger: Logger

    /// The longest answer that is read, in bytes.
    public static let longestAnswer = JiraAnswer.longestBody
    /// How long connecting may take, the secure handshake included.
    private static let connecting = TimeAmount.seconds(10)

    /// What the client of every call is made with.
    private static let configuration: HTTPClient.Configuration = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: connecting))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.proxy = nil
        return configuration
    }()

    /// Makes the line to a site; nobody is connected to yet.
    /// - Parameter times: how long a call may take, all of it.
    public init(
        _ site: JiraSite, times: ExportTimes = .standard, logger: Logger = Logger(label: "tickets.jira")
    ) {
        let most = times.call
        self.init(site, times: times, logger: logger) { try await Task.sleep(for: most) }
    }

    /// Makes a line whose patience somebody else decides about.
    init(
        _ site: JiraSite, times: ExportTimes = .standard, logger: Logger,
        limit: @escaping @Sendable () async throws -> Void
    ) {
        self.site = site
        most = times.call
        self.limit = limit
        self.logger = logger
    }

    /// Sends a request and waits for the whole answer.
    public func send(_ request: JiraRequest) async throws -> JiraAnswer {
        let begun = ContinuousClock.now
        var call = HTTPClientRequest(url: site.address + request.path)
        call.method = HTTPMethod(rawValue: request.method)
        // Only here, so that nothing that lives longer can be printed with the token.
        call.headers = [
            "authorization": site.credentials.authorization, "accept": "application/json",
            "user-agent": "lockstep", "connection": "close",
        ]
        var body: GuardedBody?
        if let json = request.body {
            let guarded = GuardedBody(ByteBuffer(string: try Self.text(json)), until: begun + most)
            call.headers.add(name: "content-type", value: "application/json")
            call.body = .stream(guarded, length: .known(Int64(guarded.count)))
            body = guarded
        }
        let prepared = call
        do {
            let answer = try await Self.within(limit) { try await exchange(prepared) }
            logger.debug(
                "Jira answered",
                metadata: ["path": "\(request.path)", "status": "\(answer.status)"])
            return withheld(answer)
        } catch {
            // Before anything else: a client that has not given up yet must not get the body any more.
            let isUnsent = body?.close() ?? Self.isWithoutConnection(error)
            // A cancelled request fails in many ways; what counts is that the task was cancelled.
            try Task.checkCancellation()
            let reason = isUnsent ? whyUnsent(error) : Self.whyUnanswered(error)
            logger.info(
                "a call to Jira failed",
                metadata: [
                    "path": "\(request.path)", "reason": "\(reason)", "unsent": "\(isUnsent)",
                    "error": "\(site.credentials.withheld(from: String("\(error)".prefix(500))))",
                ])
            if isUnsent { throw JiraUnsent(reason) }
            throw JiraNoAnswer(reason)
        }
    }

    private static func text(_ json: JSONValue) throws -> String {
        do { return try json.encoded() } catch { throw JiraUnsent("the request cannot be written as JSON") }
    }

    private func exchange(_ request: HTTPClientRequest) async throws -> JiraAnswer {
        // A client of its own: one that goes on to the next call may keep a connection although it is asked to close it.
        let client = HTTPClient(
            eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: Self.configuration)
        defer {
            // Nobody waits for it: a handshake that hangs holds it up.
            Task {
                do {
                    try await client.shutdown()
                } catch {
                    logger.warning(
                        "a connection to Jira was not closed well", metadata: ["error": "\(error)"])
                }
            }
        }
        // Our own limit covers the body too; the client's ends with the answer's head.
        let response = try await client.execute(request, deadline: .distantFuture)
        let bytes = try await response.body.collect(upTo: Self.longestAnswer)
        return JiraAnswer(
            status: Int(response.status.code),
            headers: Dictionary(
                response.headers.map { ($0.name.lowercased(), $0.value) },
                uniquingKeysWith: { first, _ in first }),
            body: Data(bytes.readableBytesView))
    }

    /// The answer without the token: what Jira, or a proxy in front of it, says ends up in a job's history.
    private func withheld(_ answer: JiraAnswer) -> JiraAnswer {
        let text = String(decoding: answer.body, as: UTF8.self)
        guard site.credentials.isGivenAway(by: text) else { return answer }
        return JiraAnswer(
            status: answer.status, headers: answer.headers,
            body: Data(site.credentials.withheld(from: text).utf8))
    }

    // MARK: Failures

    /// No answer within ``TicketExport/ExportTimes/call``.
    private struct TooLate: Error {}

    /// Whether a request without a body has failed because no connection came about.
    private static func isWithoutConnection(_ error: any Error) -> Bool {
        error is NIOConnectionError || isRefusal(error) || error as? HTTPClientError == .connectTimeout
            || error as? HTTPClientError == .tlsHandshakeTimeout
    }

    /// What connecting to an address, rather than to a name, fails with.
    private static func isRefusal(_ error: any Error) -> Bool {
        [ECONNREFUSED, ENETUNREACH].contains((error as? IOError)?.errnoCode)
    }

    private func whyUnsent(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            return "the name \(error.host) cannot be resolved"
        case _ where error is NIOConnectionError || Self.isRefusal(error):
            return "nobody takes connections there"
        case is TooLate, is GuardedBody.Closed: return "no connection came about in time"
        case let error as HTTPClientError
        where [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout].contains(error):
            return "no connection came about in time"
        default: break
        }
        guard site.address.hasPrefix("https:") else { return "the connection broke before anything was sent" }
        // The errors of TLS are another package's, and long; what people can act on is in their words.
        let words = "\(error)"
        return words.contains("CERTIFICATE_VERIFY_FAILED") || words.contains("failedToValidateHostname")
            ? "the certificate that was shown cannot be trusted" : "no secure connection came about"
    }

    private static func whyUnanswered(_ error: any Error) -> String {
        switch error {
        case is TooLate: "there was no whole answer in time"
        case is NIOTooManyBytesError: "the answer is longer than \(longestAnswer) bytes"
        default: "the connection broke"
        }
    }

    /// Runs `body` and gives it up when it takes too long, which closes the connection.
    private static func within(
        _ limit: @escaping @Sendable () async throws -> Void,
        _ body: @escaping @Sendable () async throws -> JiraAnswer
    ) async throws -> JiraAnswer {
        try await withThrowingTaskGroup(of: JiraAnswer.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await limit()
                throw TooLate()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw TooLate() }
            return first
        }
    }
}
