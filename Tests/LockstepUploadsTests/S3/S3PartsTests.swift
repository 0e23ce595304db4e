import Foundation
import Lockstep
import LockstepTesting
import Testing

@testable import LockstepUploads

/// Uploads in parts on a real server.
struct S3PartsTests {
    private let key = ObjectKey.random()
    /// Two parts and a bit.
    private static let body = S3Upload.bytes((10 << 20) + 5)
    private var body: [UInt8] { Self.body }

    private func offer() -> UploadOffer {
        UploadOffer(
            key: key, size: Int64(body.count), contentType: "video/mp4",
            expiresAt: SystemTime().now() + .seconds(60),
            takesParts: true)
    }

    private static func part(_ request: UploadPermit.Request, of body: [UInt8]) -> [UInt8] {
        Array(body[Int(request.bytes.lowerBound)..<Int(request.bytes.upperBound)])
    }

    @Test func anUploadInParts() async throws {
        let storage = try await S3Server.storage()
        let permit = try await storage.permit(offer())
        let multipart = try #require(permit.multipart)
        let ranges: [Range<Int64>] = [0..<5 << 20, 5 << 20..<10 << 20, 10 << 20..<(10 << 20) + 5]
        #expect(permit.requests.map(\.bytes) == ranges)
        #expect(try await !storage.join(offer(), multipart: multipart))
        // In any order, and one of them twice.
        for number in [2, 0, 1, 0] {
            let request = permit.requests[number]
            #expect(try await S3Upload.send(request, Self.part(request, of: body)).status == 200)
            #expect(try await storage.look(at: key) == nil)
        }
        #expect(try await storage.join(offer(), multipart: multipart))
        let object = try #require(try await storage.look(at: key))
        #expect(object.size == Int64(body.count) && object.contentType == "video/mp4")
        // The storage knows hashes of parts only: this object is verified by reading it.
        #expect(object.sha256 == nil)
        #expect(try await storage.read(key, version: object.version, range: nil).bytes() == body)
        // Once they are one, asking again changes nothing. A part that comes now changes nothing either; AWS refuses it,
        // SeaweedFS sometimes takes it.
        #expect(try await storage.join(offer(), multipart: multipart))
        _ = try await S3Upload.send(permit.requests[2], Array("other".utf8))
        #expect(try await storage.look(at: key) == object)
        try await storage.delete(key, multipart: multipart)
        #expect(try await storage.look(at: key) == nil)
        #expect(try await !storage.join(offer(), multipart: multipart))
    }

    @Test func fiftyJoinAtOnce() async throws {
        let storage = try await S3Server.storage()
        let permit = try await storage.permit(offer())
        let multipart = try #require(permit.multipart)
        #expect(try await S3Upload.send(permit, body).map(\.status) == [200, 200, 200])
        let joined = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 1...50 { group.addTask { try await storage.join(offer(), multipart: multipart) } }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(joined == Array(repeating: true, count: 50))
        #expect(try #require(try await storage.look(at: key)).size == Int64(body.count))
    }

    @Test func joiningOverwritesNothing() async throws {
        let storage = try await S3Server.storage()
        let permit = try await storage.permit(offer())
        let multipart = try #require(permit.multipart)
        #expect(try await S3Upload.send(permit, body).map(\.status) == [200, 200, 200])
        let scratch = try Scratch()
        try Data([1]).write(to: URL(filePath: scratch.path("a")))
        let object = try await storage.put(file: scratch.path("a"), as: key, contentType: "text/plain")
        #expect(try await !storage.join(offer(), multipart: multipart))
        #expect(try await storage.look(at: key) == object)
    }

    /// What a client may do wrong or on purpose with its permit.
    enum Fault: String, CaseIterable, Sendable {
        case missing, shorter, longer, otherNumber, otherUpload, otherKey, otherMethod, tampered, givenUp
    }

    @Test(arguments: Fault.allCases)
    func faults(_ fault: Fault) async throws {
        let storage = try await S3Server.storage()
        let permit = try await storage.permit(offer())
        let multipart = try #require(permit.multipart)
        for request in permit.requests.dropLast() {
            #expect(try await S3Upload.send(request, Self.part(request, of: body)).status == 200)
        }
        let last = permit.requests[2]
        var (url, bytes, method) = (last.url, Self.part(last, of: body), "PUT")
        switch fault {
        case .missing: break
        case .shorter: bytes.removeLast()
        case .longer: bytes.append(0)
        case .otherNumber: url = url.replacing("partNumber=3", with: "partNumber=4")
        case .otherUpload: url = url.replacing("uploadId=", with: "uploadId=0")
        case .otherKey: url = url.replacing(key.text, with: ObjectKey.random().text)
        case .otherMethod: method = "DELETE"
        case .tampered: url = String(url.dropLast()) + (url.hasSuffix("0") ? "1" : "0")
        case .givenUp: try await storage.delete(key, multipart: multipart)
        }
        if fault != .missing {
            let answer = try await S3Upload.send(last, bytes, method: method, url: url)
            #expect((400..<500).contains(answer.status), "\(answer)")
        }
        #expect(try await !storage.join(offer(), multipart: multipart))
        #expect(try await storage.look(at: key) == nil)
        try await storage.delete(key, multipart: multipart)
        // Given up twice is no error.
        try await storage.delete(key, multipart: multipart)
    }
}
