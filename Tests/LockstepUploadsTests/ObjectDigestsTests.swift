import Lockstep
import NIOCore
import Synchronization
import Testing

@testable import LockstepUploads

struct ObjectDigestsTests {
    /// A storage of one object, which counts how often it is read.
    private final class Counting: ObjectStorage {
        let name = "the storage"
        let reads = Mutex(0)
        let isBroken = Mutex(false)
        private let blocks: [ByteBuffer]

        init(_ blocks: [[UInt8]]) { self.blocks = blocks.map { ByteBuffer(bytes: $0) } }

        func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody {
            reads.withLock { $0 += 1 }
            await Task.yield()
            if isBroken.withLock({ $0 }) { throw StorageError(.unavailable, "it is away; try again later") }
            let blocks = blocks
            return AsyncStream<ByteBuffer> { stream in
                for block in blocks { stream.yield(block) }
                stream.finish()
            }.map { (block) throws -> ByteBuffer in block }
        }

        private struct Unused: Error {}
        func permit(_ offer: UploadOffer) async throws -> UploadPermit { throw Unused() }
        func join(_ offer: UploadOffer, multipart: String) async throws -> Bool { throw Unused() }
        func look(at key: ObjectKey) async throws -> StoredObject? { throw Unused() }
        func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject {
            throw Unused()
        }
        func delete(_ key: ObjectKey, multipart: String?) async throws { throw Unused() }
    }

    private func object(_ version: String) -> StoredObject {
        StoredObject(key: .random(), size: 3, contentType: nil, version: version)
    }

    @Test func oneReadingForAll() async throws {
        // The SHA-256 of "abc" is an example of FIPS 180-2.
        let storage = Counting([[97], [], [98, 99]])
        let (digests, object) = (ObjectDigests(), object("1"))
        let found = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await digests.digest(of: object, in: storage) } }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(found == ["ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"])
        #expect(storage.reads.withLock { $0 } == 1)
        var replaced = object
        replaced.version = "2"
        _ = try await digests.digest(of: replaced, in: storage)
        #expect(storage.reads.withLock { $0 } == 2)
    }

    @Test func largerThanABlock() async throws {
        let bytes = [UInt8](repeating: 7, count: 700_000)
        let whole = Counting([bytes + bytes + bytes])
        let digest = try await ObjectDigests().digest(of: object("1"), in: whole)
        #expect(
            try await ObjectDigests().digest(of: object("1"), in: Counting([bytes, bytes, bytes])) == digest)
        #expect(try await ObjectDigests().digest(of: object("1"), in: Counting([bytes, bytes])) != digest)
    }

    @Test func aFailureIsNotRemembered() async throws {
        let storage = Counting([[97, 98, 99]])
        let (digests, object) = (ObjectDigests(), object("1"))
        storage.isBroken.withLock { $0 = true }
        await #expect(throws: StorageError.self) { try await digests.digest(of: object, in: storage) }
        storage.isBroken.withLock { $0 = false }
        _ = try await digests.digest(of: object, in: storage)
        #expect(storage.reads.withLock { $0 } == 2)
    }

    @Test func onlySoManyAreRemembered() async throws {
        let storage = Counting([[97]])
        let (digests, first) = (ObjectDigests(), object("1"))
        _ = try await digests.digest(of: first, in: storage)
        for _ in 0..<256 { _ = try await digests.digest(of: object("1"), in: storage) }
        _ = try await digests.digest(of: first, in: storage)
        #expect(storage.reads.withLock { $0 } == 258)
    }
}
