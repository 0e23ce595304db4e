import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends a video as any client may: announced, put into the storage, and said to be there.
extension Client {
    /// How much is sent at a time.
    private static let piece = 64 << 10

    func beginVideo(_ file: Data, named name: String, type: String, sha256: String) async throws
        -> Replies.VideoBegun
    {
        let body: [String: Any] = [
            "filename": name, "content_type": type, "size": file.count, "sha256": sha256,
        ]
        return try await call(
            "POST", "/api/videos/upload/initiate", body: JSONSerialization.data(withJSONObject: body)
        ).json()
    }

    /// Puts the file to where the server has said, without a token.
    /// - Parameter progress: is told how many bytes were sent.
    func put(
        _ file: Data, _ upload: Replies.VideoBegun.Upload, progress: @escaping @Sendable (Int) -> Void
    ) async throws {
        var request = HTTPClientRequest(url: upload.url)
        request.method = .RAW(value: upload.method)
        for (name, value) in upload.headers where name.lowercased() != "content-length" {
            request.headers.add(name: name, value: value)
        }
        let pieces = AsyncStream<ByteBuffer> { continuation in
            for start in stride(from: 0, to: file.count, by: Self.piece) {
                continuation.yield(ByteBuffer(bytes: file[start..<min(file.count, start + Self.piece)]))
            }
            continuation.finish()
        }
        let sent = Counter()
        let counted = pieces.map { piece in
            progress(sent.add(piece.readableBytes))
            return piece
        }
        request.body = .stream(counted, length: .known(Int64(file.count)))
        let response = try await http.execute(request, timeout: .seconds(60))
        guard response.status.code == 201 else {
            let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
            throw DemoError(
                "The storage has answered \(response.status.code) to a video: \(text.prefix(300))")
        }
    }

    /// Says that a video is there; gives back the status of the answer too, because it may be refused.
    func completeVideo(_ job: String) async throws -> (status: UInt, message: String) {
        let reply = try await send(
            "POST", "/api/videos/upload/complete",
            body: JSONSerialization.data(withJSONObject: ["job_id": job]))
        guard reply.status == 200 else {
            return (reply.status, try reply.json(Replies.Problem.self).detail)
        }
        return (reply.status, try reply.json(Replies.VideoCompleted.self).message)
    }

    func video(_ job: String) async throws -> Replies.Video {
        try await call("GET", "/api/videos/\(job)").json()
    }

    func videoResult(_ job: String) async throws -> Replies.VideoResult {
        try await call("GET", "/api/videos/\(job)/result").json()
    }
}

/// Counts what was sent.
private final class Counter: Sendable {
    private let count = Atomic(0)
    func add(_ more: Int) -> Int { count.add(more, ordering: .relaxed).newValue }
}
