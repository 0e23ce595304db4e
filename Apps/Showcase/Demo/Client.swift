import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Calls the served API as a user would.
struct Client: Sendable {
    /// Where the server is, such as `http://127.0.0.1:8080`.
    let address: String
    /// What it shows with every request.
    let token: String
    let http: HTTPClient

    init(_ address: String, token: String, http: HTTPClient) {
        self.address = address
        self.token = token
        self.http = http
    }

    /// An answer that was read to its end.
    struct Reply: Sendable {
        let status: UInt
        let body: Data

        /// The body as JSON.
        func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }
    }

    /// Sends a request and reads its answer, whatever it is.
    func send(
        _ method: String, _ path: String, body: Data? = nil, type: String = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: address + path)
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let body {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let response = try await http.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 256 << 20)
        return Reply(status: UInt(response.status.code), body: Data(answer.readableBytesView))
    }

    /// Gets a page of another server, which is told no token.
    func fetch(_ url: String) async throws -> Reply {
        let response = try await http.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 16 << 20)
        return Reply(status: UInt(response.status.code), body: Data(answer.readableBytesView))
    }

    /// Sends a request whose answer must be a success.
    func call(
        _ method: String, _ path: String, body: Data? = nil, type: String = "application/json"
    ) async throws -> Reply {
        let reply = try await send(method, path, body: body, type: type)
        guard (200..<300).contains(reply.status) else {
            let text = String(decoding: reply.body.prefix(300), as: UTF8.self)
            throw DemoError("\(method) \(path) was answered with \(reply.status): \(text)")
        }
        return reply
    }

    // MARK: The anomaly analysis

    private func dataset(_ id: String) -> String { "/api/anomaly/datasets/\(id)" }

    /// Uploads a file as a browser would.
    func upload(_ file: Data, named name: String) async throws -> String {
        let boundary = "demo-\(UUID().uuidString)"
        var body = Data("--\(boundary)\r\n".utf8)
        body += Data("Content-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n".utf8)
        body += Data("Content-Type: application/octet-stream\r\n\r\n".utf8)
        body += file
        body += Data("\r\n--\(boundary)--\r\n".utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        return try await call("POST", "/api/anomaly/datasets/upload", body: body, type: type)
            .json(Replies.Upload.self).id
    }

    func analyze(_ id: String) async throws -> Replies.Start {
        try await call("POST", dataset(id) + "/analyze").json()
    }

    func triage(_ id: String) async throws -> Replies.Start {
        try await call("POST", dataset(id) + "/triage").json()
    }

    func status(_ id: String) async throws -> Replies.Status {
        try await call("GET", dataset(id) + "/status").json()
    }

    func anomalies(_ id: String, limit: Int) async throws -> Replies.Anomalies {
        try await call("GET", dataset(id) + "/anomalies?limit=\(limit)").json()
    }

    /// The score of every row, in file order.
    func scores(_ id: String) async throws -> [Float] {
        let text = String(decoding: try await call("GET", dataset(id) + "/scores").body, as: UTF8.self)
        return text.split(separator: "\n").dropFirst().compactMap { line in
            line.split(separator: ",").last.flatMap { Float($0) }
        }
    }

    /// Every move of a session.
    func history(_ session: String) async throws -> [Replies.Entry] {
        try await call("GET", "/v1/jobs/\(session)/history").json(Replies.History.self).entries
    }
}
