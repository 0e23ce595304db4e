import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepUploads
import NIOCore
import NIOHTTP1

/// A client without credentials that does what permits let it do, or something else.
struct PermitClient: Sendable {
    /// Where addresses without a host are.
    let server: String

    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// What was answered.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: ByteBuffer
        var text: String { String(buffer: body) }
        var json: JSONValue { get throws { try JSONValue(parsing: text) } }
    }

    /// Carries out a permit for an object in one piece or in parts.
    /// - Returns: the worst status.
    func put(_ permit: UploadPermit, _ bytes: [UInt8]) async throws -> Int {
        var worst = 0
        for request in permit.requests {
            let part = bytes[Int(request.bytes.lowerBound)..<Int(request.bytes.upperBound)]
            worst = max(worst, try await send(request, Array(part)).status)
        }
        return worst
    }

    /// Carries out one request as it says, but for what is said here.
    /// - Parameter isChunked: sends no `Content-Length`.
    func send(
        _ request: UploadPermit.Request, _ bytes: [UInt8], method: String? = nil, url: String? = nil,
        contentType: String? = nil, isChunked: Bool = false
    ) async throws -> Answer {
        var headers = request.headers
        if let contentType {
            headers = headers.filter { $0.key.lowercased() != "content-type" }
            headers["Content-Type"] = contentType
        }
        let buffer = ByteBuffer(bytes: bytes)
        let body: HTTPClientRequest.Body =
            isChunked ? .stream(AsyncStream([buffer]), length: .unknown) : .bytes(buffer)
        return try await send(
            method ?? request.method, absolute(url ?? request.url), headers: headers, body: body)
    }

    /// Sends any request to the server.
    func call(
        _ method: String, _ path: String, token: String, json: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var headers = headers
        headers["Authorization"] = "Bearer \(token)"
        if json != nil { headers["Content-Type"] = "application/json" }
        return try await send(
            method, server + path, headers: headers, body: json.map { .bytes(ByteBuffer(string: $0)) })
    }

    func absolute(_ url: String) -> String { url.hasPrefix("/") ? server + url : url }

    private func send(
        _ method: String, _ url: String, headers: [String: String], body: HTTPClientRequest.Body?
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.body = body
        let response = try await Self.client.execute(request, timeout: .seconds(60))
        return Answer(
            status: Int(response.status.code), headers: response.headers,
            body: try await response.body.collect(upTo: 64 << 20))
    }
}

extension AsyncStream where Element: Sendable {
    /// The elements of a list.
    init(_ elements: [Element]) {
        self.init { continuation in
            for element in elements { continuation.yield(element) }
            continuation.finish()
        }
    }
}
