import Foundation
import Lockstep
import Logging
import NIOCore
import Synchronization
import Testing

@testable import LockstepUploads

/// What is asked again, how, and what is not.
struct S3RetryTests {
    /// A clock that does not wait and knows for how long it would have.
    private final class Pauses: TimeSource {
        let all = Mutex<[Duration]>([])
        func now() -> Timestamp { Timestamp(microseconds: 1_767_225_600_000_000) }
        func sleep(until deadline: Timestamp) async throws { all.withLock { $0.append(deadline - now()) } }
    }

    private let key = ObjectKey.random()
    private let pauses = Pauses()
    private static let found = ["ETag: \"a\"", "Last-Modified: Sat, 21 Nov 2026 21:03:15 GMT"]

    private func storage(_ server: ScriptedServer) throws -> S3Storage {
        let options = try S3Options(
            endpoint: "http://127.0.0.1:\(server.port)", bucket: "uploads",
            credentials: S3Credentials(accessKey: "AKID", secretKey: "very-secret"))
        return S3Storage(
            options, time: pauses, draw: { 1 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func whatMayPassIsAskedAgain() async throws {
        let server = try ScriptedServer([
            ScriptedServer.refusal(503, "SlowDown"), "", ScriptedServer.refusal(500, "InternalError"),
            ScriptedServer.answer(200, "", Self.found),
        ])
        let object = try #require(try await storage(server).look(at: key))
        #expect(object.version == "\"a\" Sat, 21 Nov 2026 21:03:15 GMT" && object.sha256 == nil)
        #expect(server.lines == Array(repeating: "HEAD /uploads/\(key) HTTP/1.1", count: 4))
        #expect(pauses.all.withLock { $0 } == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(!server.requests.joined().contains("very-secret"))
    }

    @Test func notForEver() async throws {
        let server = try ScriptedServer(Array(repeating: ScriptedServer.refusal(503, "SlowDown"), count: 5))
        let storage = try storage(server)
        let error = await #expect(throws: StorageError.self) { try await storage.delete(key, multipart: nil) }
        #expect(error?.kind == .unavailable && error?.failure.audience == .temporary)
        #expect(server.lines.count == 5)
    }

    @Test func nobodyListens() async throws {
        let server = try ScriptedServer([""])
        let storage = try storage(server)
        // The first request ends the script.
        let error = await #expect(throws: StorageError.self) { try await storage.check() }
        #expect(error?.kind == .unavailable && error?.description.contains("127.0.0.1") == true)
        #expect(pauses.all.withLock(\.count) == 4)
    }

    @Test(arguments: [
        (403, "AccessDenied", StorageError.Kind.misconfigured), (400, "InvalidRequest", .misconfigured),
        (404, "NoSuchBucket", .misconfigured), (301, "PermanentRedirect", .misconfigured),
    ])
    func whatCannotPassIsNot(_ status: Int, _ code: String, _ kind: StorageError.Kind) async throws {
        let server = try ScriptedServer([ScriptedServer.refusal(status, code)])
        let storage = try storage(server)
        let error = await #expect(throws: StorageError.self) { try await storage.check() }
        #expect(error?.kind == kind && pauses.all.withLock(\.isEmpty) && server.lines.count == 1)
    }

    @Test func aSuccessThatIsNone() async throws {
        let parts = "<Part><PartNumber>1</PartNumber><ETag>\"p\"</ETag><Size>7</Size></Part>"
        let server = try ScriptedServer([
            ScriptedServer.answer(200, "<ListPartsResult>\(parts)</ListPartsResult>"),
            // The answer of joining begins before its end is known.
            ScriptedServer.answer(200, "   <Error><Code>InternalError</Code></Error>"),
            ScriptedServer.answer(200, " <CompleteMultipartUploadResult/>"),
        ])
        let isJoined = try await storage(server).join(offer(7), multipart: "u/1")
        #expect(isJoined && pauses.all.withLock(\.count) == 1)
        let last = try #require(server.requests.last)
        #expect(
            last.hasPrefix("POST /uploads/\(key)?uploadId=u%2F1 ")
                && last.lowercased().contains("if-none-match: *"))
        #expect(last.contains("<PartNumber>1</PartNumber><ETag>&quot;p&quot;</ETag>"))
    }

    @Test func theAnswerOfJoiningWasLost() async throws {
        let parts = "<Part><PartNumber>1</PartNumber><ETag>\"p\"</ETag><Size>7</Size></Part>"
        let server = try ScriptedServer([
            ScriptedServer.answer(200, "<ListPartsResult>\(parts)</ListPartsResult>"), "",
            ScriptedServer.refusal(404, "NoSuchUpload"),
            "HTTP/1.1 200 X\r\nContent-Length: 7\r\nConnection: close\r\nETag: \"a\"\r\n\r\n",
        ])
        #expect(try await storage(server).join(offer(7), multipart: "u"))
    }

    @Test func partsInPages() async throws {
        func page(_ number: Int, _ size: Int, more: Bool) -> String {
            ScriptedServer.answer(
                200,
                "<ListPartsResult><IsTruncated>\(more)</IsTruncated><Part><PartNumber>\(number)</PartNumber>"
                    + "<ETag>e</ETag><Size>\(size)</Size></Part></ListPartsResult>")
        }
        let server = try ScriptedServer([
            page(1, 5, more: true), page(2, 2, more: false), ScriptedServer.refusal(400, "InvalidPart"),
            // Somebody sent a part again meanwhile: looked at once more.
            page(1, 5, more: true), page(2, 1, more: false), Self.nothing,
        ])
        #expect(try await !storage(server).join(offer(7), multipart: "u"))
        #expect(server.lines[1].contains("part-number-marker=1"))
    }

    @Test func aListThatDoesNotEnd() async throws {
        let page = "<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>"
        let server = try ScriptedServer([ScriptedServer.answer(200, page), Self.nothing])
        #expect(try await !storage(server).join(offer(7), multipart: "u"))
    }

    /// What is listed while the server puts away the parts that somebody else has just joined.
    @Test func theRestOfJoinedParts() async throws {
        let part = "<Part><PartNumber>2</PartNumber><ETag>e</ETag><Size>2</Size></Part>"
        let server = try ScriptedServer([
            ScriptedServer.answer(200, "<ListPartsResult>\(part)</ListPartsResult>"),
            "HTTP/1.1 200 X\r\nContent-Length: 7\r\nConnection: close\r\nETag: \"a\"\r\n\r\n",
        ])
        #expect(try await storage(server).join(offer(7), multipart: "u"))
    }

    /// The answer to a look at an object that is not there.
    private static let nothing = "HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    // MARK: Reading

    @Test func readingGoesOnWhereItBroke() async throws {
        func broken(_ status: Int, _ length: Int, _ body: String) -> String {
            "HTTP/1.1 \(status) X\r\nContent-Length: \(length)\r\nETag: \"a\"\r\n\r\n\(body)"
        }
        let server = try ScriptedServer([
            broken(200, 10, "0123"), "", broken(206, 6, "45"), broken(206, 4, "6789"),
        ])
        let storage = try storage(server)
        let body = try await storage.read(key, version: nil, range: nil)
        #expect(try await body.bytes() == Array("0123456789".utf8))
        let ranges = server.requests.map { request in
            request.lowercased().components(separatedBy: "range: ").dropFirst().first.map {
                String($0.prefix { $0 != "\r\n" })
            }
        }
        #expect(ranges == [nil, "bytes=4-9", "bytes=4-9", "bytes=6-9"])
        #expect(server.requests.dropFirst().allSatisfy { $0.lowercased().contains("if-match: \"a\"") })
    }

    @Test(arguments: [("b", 206, StorageError.Kind.changed), ("a", 200, .unavailable)])
    func whatComesNextIsSomethingElse(_ etag: String, _ status: Int, _ kind: StorageError.Kind) async throws {
        let server = try ScriptedServer([
            "HTTP/1.1 200 X\r\nContent-Length: 10\r\nETag: \"a\"\r\n\r\n0123",
            "HTTP/1.1 \(status) X\r\nContent-Length: 6\r\nETag: \"\(etag)\"\r\n\r\n456789",
        ])
        let storage = try storage(server)
        let body = try await storage.read(key, version: nil, range: nil)
        let error = await #expect(throws: StorageError.self) { try await body.bytes() }
        #expect(error?.kind == kind)
    }

    @Test func anObjectThatNeverComes() async throws {
        let server = try ScriptedServer(
            Array(repeating: "HTTP/1.1 206 X\r\nContent-Length: 6\r\nETag: \"a\"\r\n\r\n", count: 5))
        let storage = try storage(server)
        let body = try await storage.read(key, version: nil, range: 4..<10)
        let error = await #expect(throws: StorageError.self) { try await body.bytes() }
        #expect(error?.kind == .unavailable && server.lines.count == 5)
    }

    private func offer(_ size: Int64) -> UploadOffer {
        UploadOffer(key: key, size: size, contentType: "video/mp4", expiresAt: pauses.now() + .seconds(60))
    }
}
