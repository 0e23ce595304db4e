import AsyncHTTPClient
import Foundation
import Lockstep
import NIOCore
import NIOHTTP1

/// The client's side of an upload: announces a file to a server, sends it, and completes it.
struct UploadClient: Sendable {
    private let server: String
    private let token: String

    /// - Parameter server: its address, with or without a `/` at its end.
    init(server: String, token: String) {
        self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
        self.token = token
    }

    private struct NewUpload: Encodable {
        let name: String
        let filename: String
        let contentType: String
        let size: Int64
        let sha256: String
        let parts = true

        private enum CodingKeys: String, CodingKey {
            case name, filename, size, sha256, parts
            case contentType = "content_type"
        }
    }

    /// Where a file is to be sent.
    struct Permit: Decodable, Sendable {
        struct Part: Decodable, Sendable {
            let url: String
            let headers: [String: String]
            let from: Int64
            let to: Int64
        }

        let url: String?
        let headers: [String: String]?
        let parts: [Part]?

        /// The requests that have to be made.
        func requests(for size: Int64) -> [Part] {
            parts ?? url.map { [Part(url: $0, headers: headers ?? [:], from: 0, to: size)] } ?? []
        }
    }

    /// What became of the job.
    struct Outcome: Codable, Sendable {
        struct Job: Codable, Sendable {
            let id: String
            let status: String
        }

        let outcome: String
        let message: String
        let job: Job
    }

    private struct Problem: Decodable {
        let detail: String
    }

    func announce(
        _ file: SentFile, as type: String, for job: JobID, named name: String
    ) async throws -> Permit {
        let body = NewUpload(
            name: name, filename: file.name, contentType: type, size: file.size, sha256: file.sha256)
        let text = try await call("/v1/jobs/\(job)/uploads", try JSONText.encode(body))
        return try JSONText.decode([String: Permit].self, from: text)["upload"]
            .orThrow(CommandError("the server did not say where the file is to be sent"))
    }

    func complete(_ job: JobID) async throws -> Outcome {
        try JSONText.decode(Outcome.self, from: try await call("/v1/jobs/\(job)/complete-uploads", nil))
    }

    /// Sends a file, part by part.
    /// - Parameter onSent: hears how many bytes went.
    func send(
        _ file: SentFile, by permit: Permit, onSent: @escaping @Sendable (Int) -> Void
    ) async throws {
        let requests = permit.requests(for: file.size)
        guard !requests.isEmpty else {
            throw CommandError("the server did not say where the file is to be sent")
        }
        for part in requests {
            var request = HTTPClientRequest(url: part.url)
            request.method = .PUT
            for (name, value) in part.headers { request.headers.add(name: name, value: value) }
            let bytes = FileBytes(path: file.path, range: part.from..<part.to, onRead: onSent)
            request.body = .stream(bytes, length: .known(part.to - part.from))
            // However long it takes: the permit has its own end.
            _ = try await execute(request, timeout: .hours(24 * 7))
        }
    }

    private func call(_ path: String, _ json: String?) async throws -> String {
        var request = HTTPClientRequest(url: server + path)
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: json))
        }
        return try await execute(request, timeout: .minutes(5))
    }

    private func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> String {
        let host = URLComponents(string: request.url)?.host ?? server
        let response: HTTPClientResponse
        let text: String
        do {
            response = try await HTTPClient.shared.execute(request, timeout: timeout)
            text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        } catch let error as CommandError {
            throw error
        } catch {
            throw CommandError("'\(host)' cannot be reached, or broke off: \(error)")
        }
        guard (200..<300).contains(response.status.code) else {
            throw CommandError("\(Self.reason(text) ?? "'\(host)' answered \(response.status)")")
        }
        return text
    }

    /// What a problem document says; an S3 server speaks XML, of which the message is taken.
    private static func reason(_ text: String) -> String? {
        if let start = text.range(of: "<Message>"), let end = text.range(of: "</Message>"),
            start.upperBound <= end.lowerBound
        {
            return String(text[start.upperBound..<end.lowerBound])
        }
        do {
            return try JSONText.decode(Problem.self, from: text).detail
        } catch {
            // Neither of them: the status has to do.
            return nil
        }
    }
}

extension Optional {
    fileprivate func orThrow(_ error: any Error) throws -> Wrapped {
        guard let self else { throw error }
        return self
    }
}
