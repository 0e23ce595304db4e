import Hummingbird
import Lockstep
import NIOCore
import Testing

@testable import LockstepServer

@Suite struct SlowBodyTests {
    /// Whoever sends a byte now and then holds a connection no longer than a body may take.
    @Test(.timeLimit(.minutes(1))) func aBodyThatNeverEndsIsGivenUp() async throws {
        let (bytes, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        continuation.yield(ByteBuffer(string: "{"))
        let problem = await #expect(throws: Problem.self) {
            try await RequestBody(asyncSequence: bytes).collected(upTo: 100, within: .milliseconds(20))
        }
        #expect(problem?.status == .requestTimeout && problem?.audience == .temporary)
        continuation.finish()
    }

    @Test func aBodyInPiecesIsCollected() async throws {
        let (bytes, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        for piece in ["{", "}"] { continuation.yield(ByteBuffer(string: piece)) }
        continuation.finish()
        let body = try await RequestBody(asyncSequence: bytes).collected(upTo: 100)
        #expect(String(buffer: body) == "{}")
        await #expect(throws: NIOTooManyBytesError.self) {
            try await RequestBody(buffer: body).collected(upTo: 1)
        }
    }
}
