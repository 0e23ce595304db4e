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
    private let limit: Duration
    private let logger: Logger

    /// The longest answer that is read, in bytes.
    public static let longestAnswer = JiraAnswer.longestBody
    /// How long connecting may take, the secure handshake included.
    private static let connecting = TimeAmount.seconds(10)

    /// One client for the life of the process.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: connecting))
        configuration.connectionPool.retryConnectionEstablishment = false
        // For a server that keeps connections although it is asked to close them.
        configuration.connectionPool.idleTimeout = .zero
        configuration.httpVersion = .http1Only
        configuration.decompression = .disabled
        configuration.proxy = nil
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// Makes the line to a site; nobody is connected to yet.
    /// - Parameter times: how long a call may take, all of it.
    public init(
        _ site: JiraSite, times: ExportTimes = .standard, logger: Logger = Logger(label: "tickets.jira")
    ) {
        self.site = site
        limit = times.call
        self.logger = logger
    }

    /// Sends a request and waits for the whole answer.
    public func send(_ request: JiraRequest) async throws -> JiraAnswer {
        var call = HTTPClientRequest(url: site.address + request.path)
        call.method = HTTPMethod(rawValue: request.method)
        // Only here, so that nothing that lives longer can be printed with the token.
        call.headers = [
            "authorization": site.credentials.authorization, "accept": "application/json",
            "user-agent": "lockstep", "connection": "close",
        ]
        var body: GuardedBody?
        if let json = request.body {
            let guarded = GuardedBody(ByteBuffer(string: try Self.text(json)))
            call.headers.add(name: "content-type", value: "application/json")
            call.body = .stream(guarded, length: .known(Int64(guarded.count)))
            body = guarded
        }
        let prepared = call
        do {
            let answer = try await Self.within(limit) { try await Self.exchange(prepared) }
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

    private static func exchange(_ request: HTTPClientRequest) async throws -> JiraAnswer {
        // Our own limit covers the body too; the client's ends with the answer's head.
        let response = try await client.execute(request, deadline: .distantFuture)
        let bytes = try await response.body.collect(upTo: longestAnswer)
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
        error is NIOConnectionError || error as? HTTPClientError == .connectTimeout
            || error as? HTTPClientError == .tlsHandshakeTimeout
    }

    private func whyUnsent(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            return "the name \(error.host) cannot be resolved"
        case is NIOConnectionError: return "nobody takes connections there"
        case is TooLate: return "no connection came about in time"
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

    /// Runs `body` and gives it up when it takes longer than `limit`, which closes the connection.
    private static func within(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> JiraAnswer
    ) async throws -> JiraAnswer {
        try await withThrowingTaskGroup(of: JiraAnswer.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TooLate()
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw TooLate() }
            return first
        }
    }
}
