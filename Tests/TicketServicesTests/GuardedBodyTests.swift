import NIOCore
import Testing

@testable import TicketServices

@Suite struct GuardedBodyTests {
    private let body = GuardedBody(ByteBuffer(string: "{}"))

    @Test func whatWasGivenOutCannotBeTakenBack() async throws {
        var iterator = body.makeAsyncIterator()
        #expect(try await iterator.next() == ByteBuffer(string: "{}"))
        #expect(try await iterator.next() == nil)
        #expect(!body.close() && !body.close() && body.count == 2)
    }

    @Test func whatWasClosedIsNotGivenOut() async throws {
        #expect(body.close() && body.close())
        var iterator = body.makeAsyncIterator()
        await #expect(throws: GuardedBody.Closed.self) { try await iterator.next() }
    }

    @Test func itIsGivenOutOnce() async throws {
        var (first, second) = (body.makeAsyncIterator(), body.makeAsyncIterator())
        #expect(try await first.next() != nil)
        await #expect(throws: GuardedBody.Closed.self) { try await second.next() }
        #expect(!body.close())
    }
}
