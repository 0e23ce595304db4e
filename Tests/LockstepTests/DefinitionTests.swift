import Foundation
import Lockstep
import LockstepTesting
import Testing

@Suite struct DefinitionTests {
    let definition = Definition(Parcel.self)

    @Test func namesComeFromTheType() {
        #expect(Parcel.name == "parcel")
        #expect(VideoJob.name == "video_job")
    }

    enum VideoJob: String, Lifecycle {
        case running, done
        static let initial: Set = [running]
        static let failure = done
        var rules: Rules<Self> {
            switch self {
            case .running: .works(within: .minutes(1)).moves(to: .done)
            case .done: .succeeds(keptFor: .days(1))
            }
        }
    }

    @Test func cancellationIsTakenAsDeclaredAndRefusedOtherwise() {
        #expect(definition.declaredRule(for: "queued")?.cancellation == "withdrawn")
        #expect(Definition(VideoJob.self).declaredRule(for: "running")?.cancellation == nil)
    }

    @Test func everyActorMayMoveWhereTheRulesSay() {
        let table: [(from: String, by: Actor.Kind, allowed: [String])] = [
            ("announced", .event, ["queued", "lost"]),
            ("announced", .owner, ["lost", "withdrawn"]),
            ("announced", .operator, ["queued", "lost", "withdrawn"]),
            ("announced", .engine, ["lost"]),
            ("queued", .worker, ["packing"]),
            ("queued", .engine, ["lost", "withdrawn"]),
            ("packing", .worker, ["queued", "labelling", "review", "lost"]),
            ("labelling", .engine, ["review", "lost"]),
            ("review", .event, []),
            ("review", .owner, ["queued", "delivered", "withdrawn"]),
            ("delivered", .operator, []),
            ("lost", .owner, ["queued"]),
            ("lost", .engine, ["archived"]),
            ("pending", .worker, ["packing"]),
            ("pending", .operator, ["queued", "lost", "withdrawn"]),
        ]
        for row in table {
            #expect(definition.allowed(from: row.from, by: row.by) == row.allowed, "\(row.from) by \(row.by)")
        }
    }

    @Test func jsonKeepsEverythingAndTheFingerprintNamesIt() throws {
        let text = try definition.canonicalJSON()
        let back = try JSONText.decode(Definition.self, from: text)
        #expect(back == definition)
        #expect(back.edges == definition.edges)
        #expect(try back.fingerprint() == definition.fingerprint())
        #expect(try Definition(Footage.self).fingerprint() != definition.fingerprint())
        // Reference values of 64-bit FNV-1a (RFC 9923, appendix C).
        #expect(Definition.fingerprint(of: "") == "cbf29ce484222325")
        #expect(Definition.fingerprint(of: "foobar") == "85944171f73967e8")
    }

    @Test func diagramsNameEveryStatusAndMove() {
        let mermaid = definition.mermaid()
        let dot = definition.dot()
        for status in definition.names {
            #expect(mermaid.contains("as \(status)\n"))
            #expect(dot.contains("    \(status) [shape="))
        }
        #expect(mermaid.contains("    announced --> queued : event"))
        #expect(mermaid.contains("    [*] --> announced"))
        #expect(dot.contains("packing -> queued"))
    }

    @Test func timeLimitsAreReadAsTheyAreWritten() {
        for text in ["forever", "0s", "500ms", "30s", "15m", "6h", "90d", "90m", "7us"] {
            #expect(TimeLimit(text)?.description == text)
        }
        #expect(TimeLimit("24h") == .days(1))
        for text in ["", "5", "m", "-5m", "5 m", "1.5h", "99999999999999999999d"] {
            #expect(TimeLimit(text) == nil, "\(text)")
        }
    }

    @Test func timestampsAreReadAsTheyAreWritten() throws {
        for microseconds: Int64 in [0, 1, 1_767_225_600_123_456, -1] {
            let moment = Timestamp(microseconds: microseconds)
            #expect(try JSONText.decode(Timestamp.self, from: JSONText.encode(moment)) == moment)
        }
        #expect(Timestamp(microseconds: 1_767_225_600_000_000).description == "2026-01-01T00:00:00.000000Z")
    }

    /// Plain SQL and clients may write any number, and none may end a process.
    @Test func timesEndWhereNumbersDo() throws {
        let (first, last) = (Timestamp(microseconds: .min), Timestamp(microseconds: .max))
        #expect(last + .seconds(1) == last && first + .seconds(-1) == first)
        #expect(last + .seconds(Int64.max) == last)
        #expect(last.adding(TimeLimit(microseconds: .max)) == last)
        #expect((last - first).inMicroseconds == .max && (first - last).inMicroseconds == .min)
        #expect(Timestamp(Date(timeIntervalSince1970: 1e300)) == last)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)) == first)
        #expect(!first.description.isEmpty && !last.description.isEmpty)
        #expect(
            try JSONText.decode(Timestamp.self, from: #""9999-12-31T23:59:59Z""#).description.hasPrefix(
                "9999"))
        #expect(throws: DecodingError.self) {
            try JSONText.decode(Timestamp.self, from: #""300000-01-01T00:00:00Z""#)
        }
        let backoff = Backoff(
            first: TimeLimit(microseconds: .max), factor: 2, longest: TimeLimit(microseconds: .max),
            jitter: false)
        #expect(backoff.delayMicroseconds(afterAttempt: 64, draw: 1) > 0)
    }

    @Test func idsSortByTimeAndAreUUIDs() {
        let early = JobID(at: Timestamp(microseconds: 1_767_225_600_000_000))
        let late = JobID(at: Timestamp(microseconds: 1_767_225_600_000_500))
        #expect(early < late)
        #expect(JobID(early.text) == early)
        #expect(Array(early.text)[14] == "7")
        #expect(JobID("not an id") == nil)
    }

    @Test func unknownStatusesAreReadWithoutCrashing() {
        #expect(Reading<Parcel>("teleported") == .unrecognized("teleported"))
        #expect(Reading<Parcel>("queued") == Parcel.queued)
    }

    @Test func backoffDoublesUpToItsCeilingWithJitter() {
        let backoff = Backoff.exponential(from: .seconds(1), upTo: .seconds(10))
        #expect(
            [1, 2, 3, 4, 5, 60].map { backoff.delayMicroseconds(afterAttempt: $0, draw: 1) }
                == [1, 2, 4, 8, 10, 10].map { $0 * 1_000_000 })
        #expect(backoff.delayMicroseconds(afterAttempt: 2, draw: 0) == 200_000)
        #expect(Backoff.immediate.delayMicroseconds(afterAttempt: 9, draw: 0.7) == 0)
    }
}
