import Foundation
import Lockstep
import LockstepTesting
import Testing

@testable import LockstepUploads

/// The storage on a real server, which refuses bad signatures.
struct S3StorageTests {
    private let key = ObjectKey.random()
    private let body = Array("hello, storage".utf8)

    private func offer(
        _ key: ObjectKey? = nil, size: Int64? = nil, sha256: String? = nil, within: Duration = .seconds(60),
        takesParts: Bool = false
    ) -> UploadOffer {
        UploadOffer(
            key: key ?? self.key, size: size ?? Int64(body.count), contentType: "video/mp4", sha256: sha256,
            expiresAt: SystemTime().now() + within, takesParts: takesParts)
    }

    private static func hash(_ bytes: [UInt8]) async throws -> String {
        let scratch = try Scratch()
        try Data(bytes).write(to: URL(filePath: scratch.path("bytes")))
        let file = try S3File(scratch.path("bytes"))
        return try await S3FilePart(file: file, range: 0..<file.size).sha256().hexadecimal
    }

    @Test func theSuiteOfStorages() async throws {
        let scratch = try Scratch()
        try await StorageSuite(
            storage: try await S3Server.storage(), client: PermitClient(server: ""), scratch: scratch,
            now: { SystemTime().now() }
        ).run()
    }

    // MARK: Signatures

    @Test func theServerRefusesBadSignatures() async throws {
        var options = try await S3Server.shared().options()
        try await S3Storage(options).check()
        options.credentials.secretKey += "x"
        let error = await #expect(throws: StorageError.self) { try await S3Storage(options).check() }
        #expect(error?.kind == .misconfigured)
        #expect(error?.description.contains("403, SignatureDoesNotMatch") == true)
        #expect(error?.description.contains(options.credentials.secretKey) == false)
        options.credentials = S3Credentials(accessKey: "nobody", secretKey: "x")
        let unknown = await #expect(throws: StorageError.self) { try await S3Storage(options).look(at: key) }
        #expect(unknown?.kind == .misconfigured)
        // And a permit that was signed by a wrong key opens nothing.
        let permit = try await S3Storage(options).permit(offer())
        #expect(try await S3Upload.send(permit, body).map(\.status) == [403])
    }

    @Test func aBucketThatIsMissing() async throws {
        let server = try await S3Server.shared()
        let options = try S3Options(
            endpoint: server.endpoint, bucket: "elsewhere", credentials: server.credentials)
        let error = await #expect(throws: StorageError.self) { try await S3Storage(options).check() }
        #expect(error?.kind == .misconfigured && error?.description.contains("'elsewhere'") == true)
    }

    // MARK: One piece

    @Test func anUpload() async throws {
        let storage = try await S3Server.storage()
        let sha256 = try await Self.hash(body)
        #expect(try await storage.look(at: key) == nil)
        let permit = try await storage.permit(offer(sha256: sha256))
        #expect(permit.requests.count == 1 && permit.multipart == nil && permit.requests[0].bytes == 0..<14)
        #expect(try await S3Upload.send(permit, body).map(\.status) == [200])
        let object = try #require(try await storage.look(at: key))
        #expect(object.size == 14 && object.contentType == "video/mp4" && object.sha256 == sha256)
        // Replayed: nothing is overwritten.
        #expect(try await S3Upload.send(permit, body).map(\.status) == [412])
        #expect(try await storage.look(at: key) == object)
        #expect(try await storage.read(key, version: object.version, range: nil).bytes() == body)
        #expect(
            try await storage.read(key, version: object.version, range: 7..<14).bytes()
                == Array("storage".utf8))
        #expect(try await storage.read(key, version: nil, range: 3..<3).bytes().isEmpty)
        try await storage.delete(key, multipart: nil)
        try await storage.delete(key, multipart: nil)
        #expect(try await storage.look(at: key) == nil)
    }

    @Test func whatIsNotTrustedIsNotTold() async throws {
        var options = try await S3Server.shared().options()
        options.trustsChecksums = false
        let storage = S3Storage(options)
        let permit = try await storage.permit(offer(sha256: try await Self.hash(body)))
        #expect(try await S3Upload.send(permit, body).map(\.status) == [200])
        #expect(try #require(try await storage.look(at: key)).sha256 == nil)
    }

    /// What a client may do wrong or on purpose with its permit.
    enum Fault: String, CaseIterable, Sendable {
        case truncated, longer, otherBytes, otherType, noType, otherChecksum, noChecksum, otherKey,
            otherMethod
        case tampered, longerExpiry, overwriting, noSignature, otherPart
    }

    @Test(arguments: Fault.allCases)
    func faults(_ fault: Fault) async throws {
        let storage = try await S3Server.storage()
        let other = ObjectKey.random()
        let permit = try await storage.permit(offer(sha256: try await Self.hash(body)))
        let request = permit.requests[0]
        var (headers, url, bytes, method) = (request.headers, request.url, body, "PUT")
        switch fault {
        case .truncated: bytes.removeLast()
        case .longer: bytes.append(0)
        case .otherBytes: bytes[0] = 0
        case .otherType: headers["Content-Type"] = "text/html"
        case .noType: headers["Content-Type"] = nil
        case .otherChecksum: headers["x-amz-checksum-sha256"] = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        case .noChecksum: headers["x-amz-checksum-sha256"] = nil
        case .otherKey: url = url.replacing(key.text, with: other.text)
        case .otherMethod: method = "POST"
        case .tampered: url = String(url.dropLast()) + (url.hasSuffix("0") ? "1" : "0")
        case .longerExpiry: url = url.replacing("X-Amz-Expires=", with: "X-Amz-Expires=1")
        case .overwriting: headers["If-None-Match"] = nil
        case .noSignature: url = String(url.prefix { $0 != "?" })
        case .otherPart: url += "&partNumber=1&uploadId=x"
        }
        let answer = try await S3Upload.send(request, bytes, headers: headers, method: method, url: url)
        #expect((400..<500).contains(answer.status), "\(answer)")
        #expect(try await storage.look(at: key) == nil)
        #expect(try await storage.look(at: other) == nil)
        // The permit itself still holds.
        #expect(try await S3Upload.send(permit, body).map(\.status) == [200])
    }

    @Test func late() async throws {
        // The storage has a clock of its own: a permit that was made an hour ago.
        let storage = S3Storage(
            try await S3Server.shared().options(), time: TestTime(SystemTime().now() + .seconds(-3600)))
        let permit = try await storage.permit(
            UploadOffer(
                key: key, size: 14, contentType: "video/mp4", expiresAt: SystemTime().now() + .seconds(-1800))
        )
        let answers = try await S3Upload.send(permit, body)
        #expect(answers.map(\.status) == [403] && answers[0].text.contains("expired"))
        let fresh = try await S3Server.storage()
        #expect(try await fresh.look(at: key) == nil)
        let error = await #expect(throws: StorageError.self) {
            try await fresh.permit(offer(within: .seconds(-1)))
        }
        #expect(error?.kind == .refused)
    }

    @Test func howLongAPermitHolds() async throws {
        let options = try await S3Server.shared().options()
        let time = TestTime(Timestamp(microseconds: 1_767_225_600_900_000))
        let storage = S3Storage(options, time: time)
        var offer = offer()
        offer.expiresAt = time.now() + .milliseconds(60_500)
        let permit = try await storage.permit(offer)
        #expect(permit.requests[0].url.contains("X-Amz-Expires=61&") && permit.expiresAt <= offer.expiresAt)
        offer.expiresAt = time.now() + .seconds(86400 * 30)
        #expect(
            try await storage.permit(offer).expiresAt == Timestamp(microseconds: 1_767_225_600_000_000)
                + .seconds(604_800))
    }

    @Test(arguments: [((5 << 30) + 1, false), ((5 << 40) + 1, true), (-1, true)])
    func tooLarge(_ size: Int64, _ takesParts: Bool) async throws {
        let storage = try await S3Server.storage()
        let error = await #expect(throws: StorageError.self) {
            try await storage.permit(offer(size: size, takesParts: takesParts))
        }
        #expect(error?.kind == .refused)
    }

    // MARK: Versions and ranges

    @Test func anObjectThatWasReplaced() async throws {
        let storage = try await S3Server.storage()
        let scratch = try Scratch()
        try Data(body).write(to: URL(filePath: scratch.path("a")))
        let first = try await storage.put(file: scratch.path("a"), as: key, contentType: "text/plain")
        try Data(body.reversed()).write(to: URL(filePath: scratch.path("a")))
        let second = try await storage.put(file: scratch.path("a"), as: key, contentType: "text/plain")
        #expect(first.version != second.version && first.sha256 != second.sha256 && first.size == second.size)
        for range in [nil, 0..<4, 2..<2] as [Range<Int64>?] {
            let error = await #expect(throws: StorageError.self) {
                try await storage.read(key, version: first.version, range: range)
            }
            #expect(error?.kind == .changed)
        }
        #expect(try await storage.read(key, version: second.version, range: 0..<1).bytes() == [body[13]])
    }

    @Test(arguments: [14..<15, 0..<15, 100..<200] as [Range<Int64>])
    func rangesOutside(_ range: Range<Int64>) async throws {
        let storage = try await S3Server.storage()
        #expect(try await S3Upload.send(storage.permit(offer()), body).map(\.status) == [200])
        let error = await #expect(throws: StorageError.self) {
            try await storage.read(key, version: nil, range: range)
        }
        #expect(error?.kind == .refused)
    }

    @Test func whatIsNotThere() async throws {
        let storage = try await S3Server.storage()
        for range in [nil, 0..<4, 2..<2] as [Range<Int64>?] {
            let error = await #expect(throws: StorageError.self) {
                try await storage.read(key, version: nil, range: range)
            }
            #expect(error?.kind == .missing)
        }
    }

    // MARK: Files

    @Test(arguments: [0, 1, 1 << 20, (5 << 20) + 1, (11 << 20) + 7])
    func files(_ size: Int) async throws {
        let storage = try await S3Server.storage()
        let scratch = try Scratch()
        let bytes = S3Upload.bytes(size)
        try Data(bytes).write(to: URL(filePath: scratch.path("a")))
        // Replaces what is there.
        for _ in 1...2 {
            let object = try await storage.put(file: scratch.path("a"), as: key, contentType: "text/plain")
            #expect(object.size == Int64(size) && object.contentType == "text/plain")
            let read = try await storage.read(key, version: object.version, range: nil).bytes()
            #expect(read == bytes)
        }
        try await storage.delete(key, multipart: nil)
    }

    @Test func aFileThatIsNone() async throws {
        let storage = try await S3Server.storage()
        let scratch = try Scratch()
        for path in [scratch.folder, scratch.path("missing")] {
            let error = await #expect(throws: StorageError.self) {
                try await storage.put(file: path, as: key, contentType: "text/plain")
            }
            #expect(error?.kind == .refused && error?.description.contains(scratch.folder) == false)
        }
    }
}
