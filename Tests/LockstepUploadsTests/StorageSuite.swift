import Crypto
import Foundation
import Lockstep
import LockstepTesting
import LockstepUploads
import NIOCore
import Testing

/// What every storage must do. A test of a storage makes an empty one and runs the suite:
///
/// ```swift
/// try await StorageSuite(storage: storage, client: client, scratch: scratch, now: now).run()
/// ```
struct StorageSuite: Sendable {
    let storage: any ObjectStorage
    /// Carries out permits.
    let client: PermitClient
    let scratch: Scratch
    /// The time by which the storage's permits end.
    let now: @Sendable () -> Timestamp

    /// Every part of it, one after the other.
    func run() async throws {
        try await anObjectThatIsNotThere()
        try await whatIsSentIsThere()
        try await nothingIsReplacedByAPermit()
        try await whatIsSentOtherwiseIsRefused()
        try await filesArePutAndReplaced()
        try await rangesAndVersionsAreRead()
        try await whatIsErasedIsGone()
    }

    private func offer(
        _ bytes: [UInt8], sha256: Bool = true, contentType: String = "video/mp4", key: ObjectKey = .random()
    ) -> UploadOffer {
        UploadOffer(
            key: key, size: Int64(bytes.count), contentType: contentType,
            sha256: sha256 ? SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined() : nil,
            expiresAt: now() + .seconds(600))
    }

    private func read(
        _ key: ObjectKey, version: String? = nil, range: Range<Int64>? = nil
    ) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in try await storage.read(key, version: version, range: range) {
            bytes += Array(part.readableBytesView)
        }
        return bytes
    }

    private func expect(
        _ kind: StorageError.Kind, _ place: String, _ body: () async throws -> Void
    ) async {
        do {
            try await body()
            Issue.record("\(place): nothing was thrown")
        } catch let error as StorageError {
            #expect(error.kind == kind, "\(place): \(error)")
        } catch {
            Issue.record("\(place): \(error)")
        }
    }

    // MARK: The parts

    private func anObjectThatIsNotThere() async throws {
        let key = ObjectKey.random()
        #expect(try await storage.look(at: key) == nil)
        await expect(.missing, "reading") { _ = try await read(key) }
        // Erasing what is not there is no error.
        try await storage.delete(key, multipart: nil)
    }

    private func whatIsSentIsThere() async throws {
        for (size, hasDigest) in [(1, true), (3_000_000, true), (70_000, false)] {
            let bytes = someBytes(size)
            let offer = offer(bytes, sha256: hasDigest)
            let permit = try await storage.permit(offer)
            #expect(permit.expiresAt <= offer.expiresAt)
            #expect(try await storage.look(at: offer.key) == nil, "a permit writes nothing")
            #expect(try await client.put(permit, bytes) < 300)
            let object = try #require(try await storage.look(at: offer.key))
            #expect(object.size == offer.size && object.key == offer.key)
            #expect(object.contentType == nil || object.contentType == offer.contentType)
            if let known = object.sha256, let digest = offer.sha256 { #expect(known == digest) }
            #expect(try await storage.look(at: offer.key)?.version == object.version)
            #expect(try await read(offer.key) == bytes)
            #expect(try await read(offer.key, version: object.version) == bytes)
        }
    }

    private func nothingIsReplacedByAPermit() async throws {
        let bytes = someBytes(1000)
        let offer = offer(bytes, sha256: false)
        let permit = try await storage.permit(offer)
        #expect(try await client.put(permit, bytes) < 300)
        let before = try #require(try await storage.look(at: offer.key))
        #expect(try await client.put(permit, someBytes(1000)) >= 400, "sent again")
        let second = try await storage.permit(offer)
        #expect(try await client.put(second, someBytes(1000)) >= 400, "another permit for the same key")
        #expect(try await storage.look(at: offer.key) == before)
        #expect(try await read(offer.key) == bytes)
    }

    private func whatIsSentOtherwiseIsRefused() async throws {
        let bytes = someBytes(5000)
        func refused(
            _ what: String, _ send: (UploadPermit.Request, UploadOffer) async throws -> Int
        ) async throws {
            let offer = offer(bytes)
            let permit = try await storage.permit(offer)
            let request = try #require(permit.requests.first)
            let status = try await send(request, offer)
            #expect((400..<500).contains(status), "\(what): \(status)")
            #expect(try await storage.look(at: offer.key) == nil, "\(what)")
        }
        try await refused("shorter") { request, _ in
            try await client.send(request, Array(bytes.dropLast())).status
        }
        try await refused("longer") { request, _ in try await client.send(request, bytes + [0]).status }
        try await refused("other bytes") { request, _ in
            try await client.send(request, someBytes(5000)).status
        }
        try await refused("another type") { request, _ in
            try await client.send(request, bytes, contentType: "text/html").status
        }
        try await refused("another method") { request, _ in
            try await client.send(request, bytes, method: "POST").status
        }
        try await refused("another key") { request, offer in
            let other = request.url.replacing(offer.key.text, with: ObjectKey.random().text)
            return try await client.send(request, bytes, url: other).status
        }
        try await refused("a tampered signature") { request, _ in
            try await client.send(request, bytes, url: Self.tampered(request.url)).status
        }
    }

    /// Another last digit of the signature, whatever its name.
    static func tampered(_ url: String) -> String {
        let parts = url.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
        return parts.map { part in
            guard part.lowercased().contains("signature="), let last = part.last else { return part }
            return part.dropLast() + (last == "0" ? "1" : "0")
        }.joined(separator: "&")
    }

    private func filesArePutAndReplaced() async throws {
        let key = try #require(ObjectKey("made/by-a-worker/reel.mp4"))
        let path = scratch.path("reel")
        var versions: Set<String> = []
        for size in [2_500_000, 10] {
            let bytes = someBytes(size)
            try Data(bytes).write(to: URL(filePath: path))
            let object = try await storage.put(file: path, as: key, contentType: "video/mp4")
            #expect(object.size == Int64(size))
            #expect(try await storage.look(at: key)?.version == object.version)
            #expect(try await read(key, version: object.version) == bytes)
            versions.insert(object.version)
        }
        #expect(versions.count == 2)
        await expect(.changed, "an earlier version") {
            for version in versions { _ = try await read(key, version: version) }
        }
        try await storage.delete(key, multipart: nil)
        #expect(try await storage.look(at: key) == nil)
    }

    private func rangesAndVersionsAreRead() async throws {
        let bytes = someBytes(1_000_000)
        let path = scratch.path("ranges")
        try Data(bytes).write(to: URL(filePath: path))
        let object = try await storage.put(
            file: path, as: .random(), contentType: "application/octet-stream")
        for range: Range<Int64> in [
            0..<1, 999_999..<1_000_000, 262_143..<262_146, 0..<1_000_000, 5..<700_000,
        ] {
            let part = Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
            #expect(try await read(object.key, version: object.version, range: range) == part, "\(range)")
        }
        await expect(.changed, "a version that never was") {
            _ = try await read(object.key, version: object.version + "0")
        }
    }

    private func whatIsErasedIsGone() async throws {
        let bytes = someBytes(100)
        let offer = offer(bytes)
        let permit = try await storage.permit(offer)
        #expect(try await client.put(permit, bytes) < 300)
        try await storage.delete(offer.key, multipart: permit.multipart)
        #expect(try await storage.look(at: offer.key) == nil)
        await expect(.missing, "reading") { _ = try await read(offer.key) }
    }
}
