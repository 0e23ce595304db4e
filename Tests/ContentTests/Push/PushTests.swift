import AppSupport
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepTesting
import NIOHTTP1
import Synchronization
import Testing

@testable import Content

/// Messages of a push service: each does its work once, and what can never succeed is delivered once.
@Suite struct PushTests {
    private static let question = "Why is the sky blue?"
    private static let pushed = Studio.Options(writer: ShortWriter(), delivery: .push { _ in })

    @Test(arguments: StoreKind.allCases) func poisonIsAcknowledgedOnceAndParked(kind: StoreKind) async throws
    {
        try await Studio.run(on: kind, Self.pushed) { studio in
            let service = PushServiceDouble(client: studio.client)
            let request = try await studio.ask(Self.question)
            let poison = try Poison.all(knowing: request)
            #expect(poison.count >= 100, "\(poison.count) kinds")
            #expect(Set(poison.map(\.name)).count == poison.count)
            for kind in poison {
                let delivery = try await service.deliver(kind.body)
                #expect(
                    delivery.count == 1 && delivery.isAcknowledged,
                    "\(kind.name): \(delivery.count) deliveries")
                let reply = try #require(delivery.replies.first)
                #expect(try reply["result"]?.text == "parked", "\(kind.name): \(reply.text)")
                #expect(try reply["code"]?.text == kind.code, "\(kind.name): \(reply.text)")
            }
            // Where an operator sees it: by the API that lists all jobs, with the reason.
            let parked = try await studio.messages.find { $0.limit = 1000 }
            #expect(parked.count == poison.count)
            #expect(
                parked.allSatisfy { $0.status == .received && $0.record.parkedAt != nil })
            #expect(parked.allSatisfy { $0.failure?.audience == .adminRequired })
            let codes = Dictionary(grouping: parked.compactMap(\.failure?.code), by: \.self).mapValues(
                \.count)
            #expect(codes == Dictionary(grouping: poison.map(\.code), by: \.self).mapValues(\.count))
            // The service delivers at least once: what comes again is known.
            for kind in poison {
                let again = try await service.deliver(kind.body)
                #expect(again.count == 1 && again.isAcknowledged, "\(kind.name)")
                #expect(try again.replies.first?["result"]?.text == "known", "\(kind.name)")
            }
            #expect(try await studio.messages.find { $0.limit = 1000 }.count == poison.count)
            // Nothing of it has touched the request, and an operator can put it aside.
            let job = try await studio.jobs.find(request)
            #expect(
                job?.record.status == "pending" && job?.record.hold == "delivery" && job?.record.version == 2)
            let first = try #require(parked.first)
            #expect(try await studio.messages.cancel(first.id, by: .operator("olga")).status == .dismissed)
        }
    }

    @Test(arguments: StoreKind.allCases) func fiftyDeliveriesAtOnceDoTheWorkOnce(kind: StoreKind) async throws
    {
        try await Studio.run(on: kind, Self.pushed) { studio in
            let service = PushServiceDouble(client: studio.client)
            let id = try await studio.ask(Self.question)
            #expect(try await studio.jobs.find(id)?.record.hold == "delivery")
            let body = try PushServiceDouble.message(id, id: "the-same")
            let results = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await service.deliver(body).replies.last?["result"]?.text }
                }
                return try await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(
                results.count { $0 == "handled" } == 1 && results.count { $0 == "known" } == 49, "\(results)")
            try await studio.worker().working { _ = try await studio.jobs.end(of: id) }
            #expect(try await studio.jobs.find(id)?.record.status == "completed")
            // Late ones, and others about the same request, change nothing.
            #expect(try await service.deliver(body).replies.last?["result"]?.text == "known")
            let other = try await service.deliver(try PushServiceDouble.message(id))
            #expect(other.count == 1 && other.isAcknowledged)
            let history = try await studio.jobs.history(of: id)
            #expect(history.count { $0.kind == .released } == 1)
            #expect(history.count { $0.from != $0.to && $0.to == "validating" } == 1)
            #expect(history.count { $0.to == "completed" } == 1)
            #expect(try await studio.messages.find { $0.limit = 100 }.count == 2)
        }
    }

    /// From the question through the service to the video, and nothing before the message has come.
    @Test(arguments: StoreKind.allCases) func aPushedRequestIsWorkedOn(kind: StoreKind) async throws {
        let published = Mutex<[JobID]>([])
        let delivery = ContentDelivery.push { id in published.withLock { $0.append(id) } }
        try await Studio.run(on: kind, .init(writer: ShortWriter(), delivery: delivery)) { studio in
            let id = try await studio.ask(Self.question)
            #expect(published.withLock { $0 } == [id])
            let claimed = try await studio.store.claim(
                ClaimRequest(worker: WorkerID("hand"), statuses: ["content": ["validating"]], limit: 10))
            #expect(claimed.isEmpty)
            let service = PushServiceDouble(client: studio.client)
            let sent = try await service.deliver(try PushServiceDouble.message(id, status: "pending"))
            #expect(sent.count == 1 && sent.isAcknowledged)
            try await studio.worker().working { _ = try await studio.jobs.end(of: id) }
            #expect(try await studio.jobs.find(id)?.record.status == "completed")
            // A question that is asked back waits for its learner, whatever is delivered meanwhile.
            let vague = try await studio.ask("What about it?")
            _ = try await service.deliver(try PushServiceDouble.message(vague))
            try await studio.worker("second").working {
                for try await job in studio.jobs.watch(vague) where job.record.hold == "clarification" {
                    break
                }
                let late = try await service.deliver(try PushServiceDouble.message(vague))
                #expect(late.count == 1 && late.isAcknowledged)
                #expect(try await studio.jobs.find(vague)?.record.hold == "clarification")
            }
        }
    }

    /// What may succeed later is refused, and delivered again.
    @Test func whatMayPassIsDeliveredAgain() async throws {
        try await StoreKind.sqlite.open { inner in
            let store = FaultyStore(inner)
            try await Studio.run(on: store, Self.pushed) { studio in
                let service = PushServiceDouble(client: studio.client)
                let id = try await studio.ask(Self.question)
                store.fail([.before, .before, .before])
                let delivery = try await service.deliver(try PushServiceDouble.message(id))
                #expect(delivery.count == 4 && delivery.isAcknowledged && delivery.backoff == 70)
                #expect(delivery.replies.map(\.status) == [503, 503, 503, 200])
                #expect(try delivery.replies[0]["audience"]?.text == "temporary")
                #expect(delivery.replies[0].headers.first(name: "retry-after") != nil)
                #expect(try await studio.jobs.find(id)?.record.hold == nil)
                // The answer is lost, the work is not.
                let second = try await studio.ask(Self.question)
                store.fail([.after])
                let again = try await service.deliver(try PushServiceDouble.message(second))
                #expect(again.count == 2 && again.isAcknowledged)
                #expect(try again.replies.last?["result"]?.text == "known")
                #expect(try await studio.jobs.history(of: second).count { $0.kind == .released } == 1)
            }
        }
    }

    /// The fault that this was built against: a constraint refuses what the message asks for. It is delivered once.
    @Test(arguments: StoreKind.allCases) func aViolatedConstraintIsDeliveredOnce(kind: StoreKind) async throws
    {
        try await Studio.run(on: kind, Self.pushed) { studio in
            let service = PushServiceDouble(client: studio.client)
            let id = try await studio.ask(Self.question)
            // Whatever touches the row is refused.
            try await studio.store.write { transaction in
                switch studio.store.dialect {
                case .sqlite:
                    try transaction.execute(
                        """
                        CREATE TRIGGER forbidden BEFORE UPDATE ON content_requests
                        BEGIN SELECT RAISE(ABORT, 'forbidden'); END
                        """)
                case .postgres:
                    try transaction.execute(
                        "ALTER TABLE content_requests ADD CONSTRAINT forbidden CHECK (current_stage = 'x') NOT VALID"
                    )
                }
            }
            let delivery = try await service.deliver(try PushServiceDouble.message(id))
            #expect(delivery.count == 1 && delivery.isAcknowledged)
            #expect(
                try delivery.replies.first?["result"]?.text == "parked",
                "\(delivery.replies.first?.text ?? "")")
            #expect(try delivery.replies.first?["code"]?.text == "constraint_violated")
            let message = try #require(try await studio.messages.find { $0.limit = 2 }.first)
            #expect(message.failure?.audience == .adminRequired && message.record.parkedAt != nil)
            #expect(try message.input().request == id.text)
            #expect(try await studio.jobs.find(id)?.record.hold == "delivery")
        }
    }
}
