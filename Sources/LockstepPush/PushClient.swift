import AsyncHTTPClient
import Foundation
import Lockstep
import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends deliveries: to addresses that were checked, once, and with an end to everything.
///
/// A host is resolved first, its addresses are checked, and the connection goes to the one that was: nobody asks the
/// name server again, so that an answer that changes in between (DNS rebinding) changes nothing. The request and the
/// certificate's check keep the host's name. No redirect is followed, and no proxy is looked for.
///
/// Jobs are pushed by ``PushDelivery``, which has a client of its own; this is for what else an application sends to
/// addresses that others may name. Whoever makes one lets go of its connections by ``shutDown()``.
public final class PushClient: Sendable {
    private struct Place: Hashable {
        var host: String
        var address: IPAddress
    }
    private struct Line {
        var client: HTTPClient
        var uses = 0
        var turn = 0
    }
    private struct State {
        var lines: [Place: Line] = [:]
        var turn = 0
    }

    /// How many places have connections kept open at most.
    static let mostLines = 32

    private let options: PushOptions
    private let state = Mutex(State())

    /// Makes a client, which connects to nobody yet.
    /// - Parameter options: which addresses it may speak to, who resolves hosts, and how long an answer may take; the rest
    ///   is for deliveries of jobs.
    public init(_ options: PushOptions) { self.options = options }

    /// Sends a body and reads the answer, of at most ``PushOptions/longestAnswer`` bytes.
    /// - Parameters:
    ///   - headers: all that is sent beside those of HTTP itself, the signature included (``PushSignature``).
    ///   - turn: which of the host's addresses is taken: an address that did not answer is not the next attempt's.
    /// - Throws: a ``Failure`` when there is no answer; `CancellationError` when the task is cancelled.
    public func post(
        _ body: [UInt8], to target: PushTarget, headers: [(name: String, value: String)], turn: Int,
        logger: Logger
    ) async throws -> PushAnswer {
        do {
            return try await withLimit(target) {
                let address = try await self.address(of: target, turn)
                let place = Place(host: target.host, address: address)
                let client = self.take(place, logger)
                defer { self.giveBack(place) }
                return try await self.send(body, to: target, headers, by: client)
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            // A cancelled request fails in many ways.
            try Task.checkCancellation()
            logger.info("a delivery failed", metadata: ["webhook": "\(target.name)", "error": "\(error)"])
            throw Failure.temporary(
                "the webhook '\(target.name)' could not be reached", code: "push_unreachable")
        }
    }

    /// Closes all connections. What is sent afterwards makes new ones.
    /// - Throws: what closing throws.
    public func shutDown() async throws {
        let clients = state.withLock { state in
            defer { state.lines = [:] }
            return state.lines.values.map(\.client)
        }
        for client in clients { try await client.shutdown() }
    }

    // MARK: Addresses

    private func address(of target: PushTarget, _ turn: Int) async throws -> IPAddress {
        let addresses =
            if let address = IPAddress(target.host) {
                [address]
            } else {
                try await options.resolver.addresses(of: target.host)
            }
        guard let address = addresses.isEmpty ? nil : addresses[turn % addresses.count] else {
            throw ResolverError(host: target.host, why: "it has no address")
        }
        // All of them: a host that is both outside and inside is not somebody's mistake.
        guard addresses.allSatisfy(options.addresses.permits) else {
            throw Failure.adminRequired(
                "the webhook '\(target.name)' leads to a private or reserved address; allow the address by name, or "
                    + "correct the webhook", code: "push_refused")
        }
        guard target.isSecure || addresses.allSatisfy(options.addresses.isAllowedByName) else {
            throw Failure.adminRequired(
                "the webhook '\(target.name)' is spoken to by plain http, which anybody on the way can read; use https",
                code: "push_refused")
        }
        return address
    }

    // MARK: Sending

    private func send(
        _ body: [UInt8], to target: PushTarget, _ headers: [(name: String, value: String)],
        by client: HTTPClient
    ) async throws -> PushAnswer {
        var request = HTTPClientRequest(url: target.url)
        request.method = .POST
        request.headers = HTTPHeaders(headers)
        request.body = .bytes(ByteBuffer(bytes: body))
        // What ends it is withLimit, for the body as well.
        let response = try await client.execute(
            request, timeout: .nanoseconds(2 * options.timeout.inNanoseconds))
        var answer = PushAnswer(status: Int(response.status.code), headers: response.headers)
        do {
            let read = try await response.body.collect(upTo: PushOptions.longestAnswer)
            answer.body = Data(read.readableBytesView)
        } catch is NIOTooManyBytesError {
            answer.body = nil
        }
        return answer
    }

    /// Runs `body`, and no longer than the options say: resolving, connecting and all of the answer.
    private func withLimit(
        _ target: PushTarget, _ body: @escaping @Sendable () async throws -> PushAnswer
    ) async throws -> PushAnswer {
        try await withThrowingTaskGroup(of: PushAnswer?.self) { group in
            group.addTask { try await body() }
            group.addTask { [timeout = options.timeout] in
                try await Task.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw Failure.temporary(
                    "the webhook '\(target.name)' did not answer within \(options.timeout)",
                    code: "push_timeout")
            }
            return answer
        }
    }

    // MARK: Connections

    private func take(_ place: Place, _ logger: Logger) -> HTTPClient {
        let (client, old) = state.withLock { state -> (HTTPClient, HTTPClient?) in
            state.turn += 1
            if state.lines[place] == nil {
                state.lines[place] = Line(client: makeClient(place))
            }
            state.lines[place]?.uses += 1
            state.lines[place]?.turn = state.turn
            let client = state.lines[place]?.client ?? makeClient(place)
            guard state.lines.count > Self.mostLines else { return (client, nil) }
            let idle = state.lines.filter { $0.value.uses == 0 }.min { $0.value.turn < $1.value.turn }
            return (client, idle.flatMap { state.lines.removeValue(forKey: $0.key)?.client })
        }
        if let old {
            Task {
                do {
                    try await old.shutdown()
                } catch {
                    logger.warning("idle connections were not closed well", metadata: ["error": "\(error)"])
                }
            }
        }
        return client
    }

    private func giveBack(_ place: Place) {
        state.withLock { $0.lines[place]?.uses -= 1 }
    }

    private func makeClient(_ place: Place) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.proxy = nil
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.timeout = HTTPClient.Configuration.Timeout(
            connect: .nanoseconds(options.connectTimeout.inNanoseconds))
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = options.concurrency
        // What is tried again is counted: that is the job's retry policy, not the client's.
        configuration.connectionPool.retryConnectionEstablishment = false
        if place.host != place.address.description {
            configuration.dnsOverride = [place.host: place.address.description]
        }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}

extension Duration {
    fileprivate var inNanoseconds: Int64 { inMicroseconds * 1000 }
}
