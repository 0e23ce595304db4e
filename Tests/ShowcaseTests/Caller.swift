import AppSupport
import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Calls a showcase server as a client does.
struct Caller: Sendable {
    /// A client that reports a refused connection at once, as it must be when servers are killed.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let port: Int
    let token: String

    struct Answer: Sendable {
        let status: UInt
        let body: [String: String]
        let text: String
    }

    func call(_ method: HTTPMethod, _ path: String, body: String? = nil, type: String = "application/json")
        async throws -> Answer
    {
        try await call(method, path, bytes: body.map { ByteBuffer(string: $0) }, type: type)
    }

    private func call(_ method: HTTPMethod, _ path: String, bytes: ByteBuffer?, type: String) async throws
        -> Answer
    {
        let response = try await send(method, path, bytes: bytes, type: type)
        let text = String(buffer: try await response.body.collect(upTo: 1 << 22))
        let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        return Answer(
            status: response.status.code, body: (object ?? [:]).mapValues { "\($0)" }, text: text)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, bytes: ByteBuffer? = nil, type: String = ""
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let bytes {
            request.headers.add(name: "Content-Type", value: type)
            request.body = .bytes(bytes)
        }
        return try await Self.client.execute(request, timeout: .seconds(20))
    }

    /// The bytes of a file.
    func download(_ path: String) async throws -> Data {
        Data(buffer: try await send(.GET, path).body.collect(upTo: 1 << 24))
    }

    /// Sends a form.
    func upload(_ form: MultipartBody, to path: String) async throws -> Answer {
        try await call(.POST, path, bytes: form.bytes, type: form.type)
    }

    /// Uploads a small table and gives back the dataset's id.
    func upload(_ table: String, named name: String = "table.csv") async throws -> Answer {
        try await upload(
            MultipartBody(file: Data(table.utf8), named: name), to: "/api/anomaly/datasets/upload")
    }

    /// Announces, sends and completes a video, and gives back its job.
    func uploadVideo(_ content: Data, named name: String) async throws -> String {
        let wish = #"{"filename":"\#(name)","content_type":"video/mp4","size":\#(content.count)}"#
        let begun = try await call(.POST, "/api/videos/upload/initiate", body: wish)
        let answer = try JSONDecoder().decode(Begun.self, from: Data(begun.text.utf8))
        var request = HTTPClientRequest(url: answer.upload.url)
        request.method = .PUT
        for (name, value) in answer.upload.headers where name.lowercased() != "content-length" {
            request.headers.add(name: name, value: value)
        }
        request.body = .bytes(ByteBuffer(bytes: content))
        let sent = try await Self.client.execute(request, timeout: .seconds(60))
        let done = try await call(
            .POST, "/api/videos/upload/complete", body: #"{"job_id":"\#(answer.job_id)"}"#)
        guard sent.status == .created, done.status == 200 else {
            throw NotTaken(text: "\(sent.status), \(done.text)")
        }
        return answer.job_id
    }

    private struct Begun: Decodable {
        struct Upload: Decodable {
            let url: String
            let headers: [String: String]
        }
        let job_id: String
        let upload: Upload
    }

    struct NotTaken: Error {
        let text: String
    }

    /// A table with one row that does not fit.
    static func table(rows: Int, seed: Int) -> String {
        var text = "width,height,weight,kind\n"
        for row in 0..<rows {
            let x = Double((row * 7919 + seed * 104_729) % 1000) / 1000
            let kind = row.isMultiple(of: 3) ? "a" : "b"
            text += row == rows / 2 ? "9.5,-4.0,88.0,a\n" : "\(x),\(x * 2 + 0.1),\(x - 0.5),\(kind)\n"
        }
        return text
    }
}
