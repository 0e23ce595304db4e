import AppSupport
import Foundation
import Lockstep
import LockstepServer
import LockstepTesting
import LockstepUploads
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(2))) struct DiskStorageTests {
    @Test func theSuiteOfStorages() async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let storage = try await DiskStorage(scratch.path("uploads"), time: time)
        try await Self.serve(storage) { client in
            try await StorageSuite(storage: storage, client: client, scratch: scratch, now: { time.now() })
                .run()
        }
    }

    static func serve(
        _ storage: DiskStorage, _ body: @Sendable (PermitClient) async throws -> Void
    ) async throws {
        let router = LockstepServer.guarded(
            by: StaticTokens([:]), open: [DiskUploadRoute.openPath])
        DiskUploadRoute(storage).add(to: router)
        try await Serving.run(router) { port in
            try await body(PermitClient(server: "http://127.0.0.1:\(port)"))
        }
    }

    /// Every reason has its status and its code.
    @Test func refusalsSayWhy() async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let storage = try await DiskStorage(scratch.path("uploads"), time: time)
        let bytes = someBytes(1000)
        let offer = UploadOffer(
            key: .random(), size: 1000, contentType: "video/mp4", sha256: String(repeating: "0", count: 64),
            expiresAt: time.now() + .seconds(60))
        let request = try #require(try await storage.permit(offer).requests.first)
        try await Self.serve(storage) { client in
            func check(_ status: Int, _ code: String, _ answer: PermitClient.Answer) throws {
                let said = try answer.json["code"]?.text
                #expect(answer.status == status && said == code, "\(answer.text)")
            }
            try check(422, "wrong_checksum", try await client.send(request, bytes))
            try check(400, "wrong_length", try await client.send(request, bytes + [1]))
            try check(411, "length_required", try await client.send(request, bytes, isChunked: true))
            try check(415, "wrong_type", try await client.send(request, bytes, contentType: "video/webm"))
            for url in [
                StorageSuite.tampered(request.url), request.url.replacing("size=1000", with: "size=1001"),
                request.url.replacing("sha256=0", with: "sha256=1"), request.url + "&more=1",
                request.url.replacing("mp4", with: "webm"), DiskStorage.path + "x",
                request.url.replacing("expires=", with: "expires=9"),
            ] {
                try check(403, "bad_signature", try await client.send(request, bytes, url: url))
            }
            time.advance(by: .seconds(60))
            try check(403, "permit_expired", try await client.send(request, bytes))
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: scratch.path("uploads/objects")) == [])
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: scratch.path("uploads/incoming")) == [])
        }
    }

    /// Of many that send to one address at once one is taken whole.
    @Test func oneOfMany() async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let storage = try await DiskStorage(scratch.path("uploads"), time: time)
        let offer = UploadOffer(
            key: .random(), size: 300_000, contentType: "video/mp4", expiresAt: time.now() + .seconds(60))
        let request = try #require(try await storage.permit(offer).requests.first)
        try await Self.serve(storage) { client in
            let taken = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        let bytes = someBytes(300_000)
                        return try await client.send(request, bytes).status == 201 ? bytes : nil
                    }
                }
                return try await group.reduce(into: []) { $0 += $1.map { [$0] } ?? [] }
            }
            #expect(taken.count == 1)
            var found: [UInt8] = []
            for try await part in try await storage.read(offer.key, version: nil, range: nil) {
                found += Array(part.readableBytesView)
            }
            #expect(found == taken.first)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: scratch.path("uploads/incoming")) == [])
        }
    }

    @Test func theSecretIsKeptAndIsNobodyElses() async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let path = scratch.path("uploads")
        let offer = UploadOffer(
            key: .random(), size: 1, contentType: "video/mp4", expiresAt: time.now() + .seconds(60))
        // Many at once make one secret.
        let addresses = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let storage = try await DiskStorage(path, time: time)
                    return try #require(try await storage.permit(offer).requests.first).url
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(addresses.count == 1)
        let rights = try FileManager.default.attributesOfItem(atPath: path + "/secret")[.posixPermissions]
        #expect((rights as? NSNumber)?.intValue == 0o600)
        let other = try await DiskStorage(scratch.path("other"), time: time)
        #expect(try await other.permit(offer).requests.first?.url != addresses.first)
    }

    /// A file that somebody writes to in its place is another version, though its size is the same.
    @Test func whatIsWrittenToInItsPlaceIsNoticed() async throws {
        let (scratch, time) = (try Scratch(), TestTime())
        let storage = try await DiskStorage(scratch.path("uploads"), time: time)
        let path = scratch.path("file")
        try Data(someBytes(100)).write(to: URL(filePath: path))
        let object = try await storage.put(file: path, as: .random(), contentType: "video/mp4")
        let handle = try FileHandle(
            forWritingTo: URL(filePath: scratch.path("uploads/objects/\(object.key)")))
        try handle.write(contentsOf: Data([1]))
        try handle.close()
        let now = try #require(try await storage.look(at: object.key))
        #expect(now.version != object.version && now.sha256 == nil)
    }
}
