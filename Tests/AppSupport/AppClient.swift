import AsyncHTTPClient
import Foundation
import Hummingbird
import Lockstep
import LockstepServer
import NIOCore
import NIOHTTP1

/// Speaks to a served application as its users do.
package struct AppClient: Sendable {
    /// The users that have tokens; a token is the user's name.
    package static let users = StaticTokens([
        "anna": Identity(user: "anna", role: .client), "ben": Identity(user: "ben", role: .client),
        "olga": Identity(user: "olga", role: .operator), "ada": Identity(user: "ada", role: .admin),
        "willi": Identity(user: "willi", role: .worker),
    ])

    private let address: String
    private let client: HTTPClient

    /// Serves a router on a free port while `body` runs.
    package static func serving(
        _ router: Router<AppContext>, _ body: @Sendable (AppClient) async throws -> Void
    ) async throws {
        try await Serving.run(router) { port in
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await body(AppClient(address: "http://127.0.0.1:\(port)", client: client)))
            } catch {
                result = .failure(error)
            }
            // It closes its connections before the server stops: a server that stops drops what it has just accepted.
            try await client.shutdown()
            try result.get()
        }
    }

    /// An answer that was read to its end.
    package struct Reply: Sendable {
        package let status: Int
        package let body: Data
        package let headers: HTTPHeaders

        package var text: String { String(decoding: body, as: UTF8.self) }
        /// The body as JSON.
        package func json() throws -> JSONValue { try JSONValue(parsing: text) }
        /// A field of the body.
        package subscript(_ field: String) -> JSONValue? { get throws { try json()[field] } }
    }

    /// Sends a request as a user.
    /// - Parameters:
    ///   - path: a path of the application, or a whole address.
    ///   - user: whose token goes with it; `nil` for none.
    package func send(
        _ method: HTTPMethod, _ path: String, as user: String? = "anna", body: String? = nil,
        type: String = "application/json", headers: [String: String] = [:]
    ) async throws -> Reply {
        try await send(
            method, path, as: user, bytes: body.map { ByteBuffer(string: $0) }, type: type, headers: headers)
    }

    /// Sends a form as a user.
    package func send(_ form: MultipartBody, to path: String, as user: String? = "anna") async throws -> Reply
    {
        try await send(.POST, path, as: user, bytes: form.bytes, type: form.type)
    }

    /// Sends a request with any bytes.
    package func send(
        _ method: HTTPMethod, _ path: String, as user: String?, bytes: ByteBuffer?, type: String?,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: path.hasPrefix("http") ? path : address + path)
        request.method = method
        if let user { request.headers.add(name: "Authorization", value: "Bearer \(user)") }
        if let bytes {
            if let type { request.headers.add(name: "Content-Type", value: type) }
            request.body = .bytes(bytes)
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        let response = try await client.execute(request, timeout: .seconds(30))
        let answer = try await response.body.collect(upTo: 64 << 20)
        return Reply(
            status: Int(response.status.code), body: Data(answer.readableBytesView), headers: response.headers
        )
    }
}
