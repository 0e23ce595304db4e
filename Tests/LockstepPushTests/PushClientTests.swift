import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepPush
import LockstepTesting
import NIOCore
import Synchronization
import Testing

/// What keeps a delivery from going where it must not, and from never ending.
@Suite struct PushClientTests {
    /// A name server whose answers a test decides.
    final class Names: AddressResolver {
        private let answers: Mutex<[[String]]>
        private let asked = Mutex(0)

        /// The answers in turn; the last one stays.
        init(_ answers: [[String]]) { self.answers = Mutex(answers) }

        var count: Int { asked.withLock { $0 } }

        func addresses(of host: String) async throws -> [IPAddress] {
            asked.withLock { $0 += 1 }
            return answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }.compactMap { IPAddress($0) }
        }
    }

    /// The failure by which a job is parked, or waits for its next attempt.
    func failure(
        _ url: String, _ answer: Response = Receiver.answer(.ok, #"{"to":"done"}"#),
        _ change: @escaping @Sendable (inout PushOptions, Int) throws -> Void
    ) async throws -> (failure: Failure?, deliveries: Int) {
        let result = Mutex<(Failure?, Int)>((nil, 0))
        try await Receiver.run { _ in
            answer
        } _: { receiver in
            var options = try Field.options(url.replacing("PORT", with: "\(receiver.port)"))
            try change(&options, receiver.port)
            let (job, _) = try await Field.run(options, on: MemoryStore()) { $0.failure != nil || !$0.isLive }
            result.withLock { $0 = (job.failure, receiver.deliveries.count) }
        }
        return result.withLock { ($0.0, $0.1) }
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            "http://127.0.0.1:PORT/work", "http://localhost:PORT/work", "http://0.0.0.0:PORT/work",
            "http://2130706433:PORT/work",
            "http://0x7f.1:PORT/work", "http://[::ffff:127.0.0.1]:PORT/work",
            "https://169.254.169.254/latest/meta-data",
        ])
    func privateAddressesAreRefused(url: String) async throws {
        let (failure, deliveries) = try await failure(url) { options, _ in options.addresses = AddressRules()
        }
        #expect(failure?.code == "push_refused" && failure?.audience == .adminRequired)
        #expect(deliveries == 0)
        // The owner of the job reads this too: it tells no address.
        #expect(failure?.message.contains("127.0.0.1") == false)
    }

    @Test(.timeLimit(.minutes(5))) func theConnectionGoesToTheAddressThatWasChecked() async throws {
        // The system knows no such name, so that a second question would fail.
        let names = Names([["127.0.0.1"], ["10.0.0.1"]])
        let store = MemoryStore()
        try await Receiver.run { _ in
            Receiver.answer(.ok, #"{"to":"done"}"#)
        } _: { receiver in
            let options = try Field.options("http://work.invalid:\(receiver.port)/work") {
                $0.resolver = names
            }
            let (job, _) = try await Field.run(options, on: store) { !$0.isLive || $0.failure != nil }
            #expect(job.status == "done")
            #expect(names.count == 1)
            #expect(receiver.deliveries.map(\.authority) == ["work.invalid:\(receiver.port)"])
        }
    }

    @Test(.timeLimit(.minutes(5))) func aNameThatIsBoundAnewIsCheckedAnew() async throws {
        let names = Names([["127.0.0.1"], ["127.0.0.2"]])
        try await Receiver.run { _ in
            Receiver.answer(.serviceUnavailable)
        } _: { receiver in
            // The connection of the first attempt is still open at the second.
            let options = try Field.options("http://work.invalid:\(receiver.port)/work") {
                $0.resolver = names
            }
            let (job, _) = try await Field.run(options, on: MemoryStore()) {
                $0.parkedAt != nil || !$0.isLive
            }
            #expect(job.failure?.code == "push_refused")
            #expect(receiver.deliveries.count == 1 && names.count == 2)
        }
    }

    @Test(.timeLimit(.minutes(5))) func aHostThatIsInsideTooIsRefused() async throws {
        let (failure, deliveries) = try await failure("http://work.invalid:PORT/work") { options, _ in
            options.resolver = Names([["127.0.0.1", "192.168.0.1"]])
        }
        #expect(failure?.code == "push_refused" && deliveries == 0)
    }

    @Test(.timeLimit(.minutes(5))) func plainHTTPIsForAllowedAddressesAlone() async throws {
        let (failure, deliveries) = try await failure("http://work.invalid:PORT/work") { options, _ in
            options.resolver = Names([["1.1.1.1"]])
        }
        #expect(failure?.code == "push_refused" && failure?.message.contains("https") == true)
        #expect(deliveries == 0)
    }

    @Test(.timeLimit(.minutes(5))) func aRedirectIsNotFollowed() async throws {
        let elsewhere = Receiver.answer(.temporaryRedirect, headers: ["Location": "/elsewhere"])
        let (failure, deliveries) = try await failure("http://127.0.0.1:PORT/work", elsewhere) { _, _ in }
        #expect(failure?.code == "http_307" && failure?.audience == .adminRequired)
        #expect(deliveries == 1)
    }

    @Test(.timeLimit(.minutes(5))) func aLongAnswerIsNotRead() async throws {
        let long = Receiver.answer(
            .ok, String(repeating: " ", count: PushOptions.longestAnswer) + #"{"to":"done"}"#)
        let (failure, _) = try await failure("http://127.0.0.1:PORT/work", long) { _, _ in }
        #expect(failure?.code == "bad_answer")
    }

    @Test(.timeLimit(.minutes(5))) func anAnswerWithoutEndIsCutOff() async throws {
        let isOver = Signal()
        try await Receiver.run { _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    let blanks = ByteBuffer(repeating: UInt8(ascii: " "), count: 4096)
                    while !isOver.isSent { try await writer.write(blanks) }
                    try await writer.finish(nil)
                })
        } _: { receiver in
            let (job, _) = try await Field.run(try Field.options(receiver.url), on: MemoryStore()) {
                $0.failure != nil || !$0.isLive
            }
            isOver.send()
            #expect(job.failure?.code == "bad_answer")
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: [true, false])
    func aSlowAnswerIsNotWaitedFor(beginsToAnswer: Bool) async throws {
        let never = Signal()
        try await Receiver.run { _ in
            guard beginsToAnswer else {
                try await never.wait()
                return Receiver.answer(.ok)
            }
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    try await writer.write(ByteBuffer(string: "{"))
                    try await never.wait()
                    try await writer.finish(nil)
                })
        } _: { receiver in
            let options = try Field.options(receiver.url) { $0.timeout = .milliseconds(300) }
            let (job, history) = try await Field.run(options, on: MemoryStore()) { !$0.isLive }
            #expect(job.status == "failed" && job.failure?.code == "push_timeout")
            #expect(history.filter { $0.kind == .retried }.count == 2)
            #expect(receiver.deliveries.count <= 3)
            never.send()
        }
    }

    @Test(.timeLimit(.minutes(5))) func whoeverIsNotThereIsTriedAgain() async throws {
        let (failure, _) = try await failure("http://127.0.0.1:1/") { _, _ in }
        #expect(failure?.code == "push_unreachable" && failure?.audience == .temporary)
    }

    @Test(.timeLimit(.minutes(5))) func aHostWithoutAddressIsTriedAgain() async throws {
        let (failure, _) = try await failure("https://work.invalid/") { options, _ in
            options.resolver = Names([[]])
        }
        #expect(failure?.code == "push_unreachable" && failure?.audience == .temporary)
    }
}
