import AsyncHTTPClient
import Foundation
import Lockstep
import NIOCore
import NIOHTTP1

/// Sends one request after the other to a model service and reads bounded answers.
struct ModelEndpoint: Sendable {
    /// An answer that was read to its end.
    struct Answer: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: Data
    }

    /// The longest answer that is read, in bytes.
    static let longestAnswer = 1 << 20

    /// How a service wants to be shown the key.
    struct KeyHeader: Sendable {
        var name: String
        var scheme: String?
    }

    let url: String
    /// Headers beside the key's and those of every JSON request.
    var headers: HTTPHeaders = [:]
    let keyHeader: KeyHeader
    let key: APIKey?
    let timeout: Duration

    /// One client for the life of the process. It follows no redirects, because the key would go along, and
    /// does not try to connect again by itself, because the job's retries do.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)))
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
    }()

    /// Posts a JSON body.
    /// - Throws: a ``Lockstep/Failure`` when there is no answer, `CancellationError` when the task is
    ///   cancelled.
    func post(_ body: some Encodable) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = headers
        // Only here, so that nothing that lives longer can be printed with the key.
        if let key {
            request.headers.add(name: keyHeader.name, value: key.header(scheme: keyHeader.scheme))
        }
        request.headers.replaceOrAdd(name: "content-type", value: "application/json")
        request.headers.replaceOrAdd(name: "accept", value: "application/json")
        request.body = .bytes(ByteBuffer(string: try JSONText.encode(body)))
        let prepared = request
        do {
            return try await Self.within(timeout) { try await Self.send(prepared) }
        } catch {
            // A cancelled request fails in many ways; what counts is that the task was cancelled.
            try Task.checkCancellation()
            throw Self.failure(error)
        }
    }

    private static func send(_ request: HTTPClientRequest) async throws -> Answer {
        // Our own limit covers the body too; the client's ends with the answer's head.
        let response = try await client.execute(request, deadline: .distantFuture)
        let bytes = try await response.body.collect(upTo: longestAnswer)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Data(bytes.readableBytesView))
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: return failure
        case is NIOTooManyBytesError: return ModelFailure.tooLong
        case let error as HTTPClientError
        where error == .connectTimeout || error == .readTimeout || error == .deadlineExceeded:
            return ModelFailure.timeout
        default: return ModelFailure.unreachable
        }
    }

    /// Runs `body` and gives it up when it takes longer than `limit`.
    private static func within(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw ModelFailure.timeout
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw ModelFailure.timeout }
            return first
        }
    }
}
