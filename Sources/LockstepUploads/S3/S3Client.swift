import AsyncHTTPClient
import Crypto
import Foundation
import Lockstep
import Logging
import NIOCore
import NIOHTTP1

/// Sends signed requests to a bucket, again where that may help.
///
/// No redirect is followed and no proxy looked for. Nothing that is logged or thrown holds a header, a query or what
/// a storage wrote about a signature.
final class S3Client: Sendable {
    /// A request before it is signed.
    struct Request: Sendable {
        var method: HTTPMethod
        var key: ObjectKey?
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body = Content.bytes([])
        /// What it is for, such as `to read an object`.
        var what: String
    }

    /// What is sent. A body can be sent again.
    enum Content: Sendable {
        case bytes([UInt8])
        /// A part of a file, and its SHA-256 in hexadecimal.
        case file(S3FilePart, sha256: String)
    }

    /// An answer that was read whole.
    struct Answer: Sendable {
        var headers: HTTPHeaders
        var body: [UInt8]
    }

    let options: S3Options
    let time: any TimeSource
    private let draw: @Sendable () -> Double
    private let client: HTTPClient
    private let logger: Logger

    /// - Parameter draw: a number from 0 to 1 that spreads retries.
    init(_ options: S3Options, time: any TimeSource, draw: @escaping @Sendable () -> Double, logger: Logger) {
        self.options = options
        self.time = time
        self.draw = draw
        self.logger = logger
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.proxy = nil
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = HTTPClient.Configuration.Timeout(
            connect: options.connectTimeout.amount, read: options.idleTimeout.amount,
            write: options.idleTimeout.amount)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = max(1, options.connections)
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        client.shutdown { [logger] error in
            if let error {
                logger.warning(
                    "connections to the storage were not closed well", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Sends a request and reads the answer.
    /// - Parameters:
    ///   - limit: the longest answer in bytes.
    ///   - check: throws what an answer says that only looks like a success.
    /// - Throws: ``S3Refusal`` for an answer that is no success; ``StorageError`` when there was none.
    @discardableResult
    func send(
        _ request: Request, upTo limit: Int = 64 << 10, check: (Answer) throws -> Void = { _ in }
    ) async throws -> Answer {
        try await retrying(request) {
            let response = try await self.execute(request)
            let answer = Answer(
                headers: response.headers, body: try await Self.bytes(of: response, upTo: limit))
            try check(answer)
            return answer
        }
    }

    /// Sends a request and returns the answer when its head has come.
    /// - Throws: as ``send(_:upTo:)``.
    func open(_ request: Request) async throws -> HTTPClientResponse {
        try await retrying(request) { try await self.execute(request) }
    }

    /// Notes what could not be tidied up, and is left behind.
    func noteLeft(_ what: String, _ error: any Error) {
        logger.warning(
            "something was left in the storage", metadata: ["what": "\(what)", "error": "\(error)"])
    }

    // MARK: One request

    private func execute(_ request: Request) async throws -> HTTPClientResponse {
        let signer = S3Signer(credentials: options.credentials, region: options.region)
        let host = options.host(at: options.endpoint)
        var signed = S3Signer.Request(
            method: request.method.rawValue, host: host, path: options.path(of: request.key),
            query: request.query,
            headers: request.headers)
        let payload =
            switch request.body {
            case .bytes(let bytes): SHA256.hash(data: bytes).hexadecimal
            case .file(_, let sha256): sha256
            }
        signed.headers.append(("x-amz-content-sha256", payload))
        let added = signer.headers(for: signed, payload: payload, at: time.now())
        let query = request.query.isEmpty ? "" : "?" + S3Signer.encode(request.query)
        var sent = HTTPClientRequest(
            url: (options.endpoint.isSecure ? "https://" : "http://") + host
                + S3Signer.encode(signed.path, keeping: "/") + query)
        sent.method = request.method
        sent.headers = HTTPHeaders(signed.headers + added)
        sent.headers.add(name: "host", value: host)
        switch request.body {
        case .bytes(let bytes):
            if !bytes.isEmpty || request.method == .PUT { sent.body = .bytes(ByteBuffer(bytes: bytes)) }
        case .file(let part, _): sent.body = .stream(part, length: .known(part.range.byteCount))
        }
        // What ends it is a silent connection: nobody knows how long an object takes.
        let response = try await client.execute(sent, deadline: .distantFuture)
        guard (200..<300).contains(response.status.code) else {
            let body = try await Self.bytes(of: response, upTo: 64 << 10)
            throw S3Refusal(status: Int(response.status.code), body: body)
        }
        return response
    }

    private static func bytes(of response: HTTPClientResponse, upTo limit: Int) async throws -> [UInt8] {
        let body = try await response.body.collect(upTo: limit)
        return Array(body.readableBytesView)
    }

    // MARK: Again

    /// Runs `body` until it succeeds, fails for good, or has failed as often as the options permit.
    private func retrying<Result>(_ request: Request, _ body: () async throws -> Result) async throws
        -> Result
    {
        var attempt = 1
        while true {
            let why: String
            let failure: any Error
            do {
                return try await body()
            } catch let refusal as S3Refusal {
                guard refusal.isPassing else { throw refusal }
                (why, failure) = ("\(refusal.status) \(refusal.code)", refusal)
            } catch let known as StorageError {
                throw known
            } catch {
                // A cancelled request fails in many ways.
                try Task.checkCancellation()
                (why, failure) = ("no answer", unreachable(error))
            }
            logger.info(
                "a request to the storage failed",
                metadata: ["for": "\(request.what)", "why": "\(why)", "attempt": "\(attempt)"])
            guard attempt < max(1, options.attempts) else { throw failure }
            try await pause(before: attempt + 1)
            attempt += 1
        }
    }

    /// Waits before an attempt: somewhere within 0.1 s, 0.2 s, 0.4 s … and 5 s at most, so that those who failed together
    /// do not come back together.
    func pause(before attempt: Int) async throws {
        let longest = min(5_000_000, 100_000 << min(max(0, attempt - 2), 10))
        let part = Double(longest) * (0.5 + 0.5 * min(max(draw(), 0), 1))
        try await time.sleep(until: time.now() + .microseconds(Int64(part)))
    }

    /// What a connection that failed is called. Errors of the HTTP client hold no more than their kind.
    func unreachable(_ error: any Error) -> StorageError {
        let kind = (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
        return StorageError(
            .unavailable, "the storage at \(options.endpoint) gave no whole answer (\(kind)); try again later"
        )
    }
}

extension Duration {
    fileprivate var amount: TimeAmount { .nanoseconds(inMicroseconds * 1000) }
}

extension Range<Int64> {
    var byteCount: Int64 { upperBound - lowerBound }
}
