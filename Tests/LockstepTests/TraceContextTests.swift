import Lockstep
import LockstepTesting
import Logging
import Synchronization
import Testing

/// Where a job belongs in a trace, from its start to whoever works on it.
@Suite struct TraceContextTests {
    static let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func whatIsWellFormedIsKept() throws {
        let trace = try #require(
            TraceContext(traceparent: [Self.parent], tracestate: ["a=1, b=2", "", "c=3"]))
        #expect(trace.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(trace.parentID == "b7ad6b7169203331")
        #expect(trace.traceparent == Self.parent)
        #expect(trace.state == "a=1,b=2,c=3")
        #expect(TraceContext(traceparent: Self.parent)?.headers.map(\.name) == ["traceparent"])
    }

    @Test func flagsThatNobodyDefinedAreCleared() {
        func flags(_ text: String) -> String? {
            TraceContext(traceparent: text).map { String($0.traceparent.suffix(2)) }
        }
        #expect(flags(Self.parent.dropLast(2) + "ff") == "03")
        #expect(flags("cc" + Self.parent.dropFirst(2).dropLast(2) + "ff") == "01")
        #expect(flags(Self.parent.dropLast(2) + "00") == "00")
    }

    @Test func aLaterVersionIsReadAsFarAsItIsKnown() {
        #expect(
            TraceContext(traceparent: "01" + Self.parent.dropFirst(2) + "-more")?.traceparent == Self.parent)
        #expect(TraceContext(traceparent: "01" + Self.parent.dropFirst(2) + "more") == nil)
    }

    @Test(arguments: [
        "", "00", parent + "-more", parent + "0", String(parent.dropLast()), "ff" + parent.dropFirst(2),
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g",
        "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", " " + parent.dropFirst(),
        "00-0af7651916cd43dd8448eb211c8031éc-b7ad6b7169203331-01",
    ])
    func whatIsMalformedCountsAsNotSent(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func twoParentsAreNone() {
        #expect(TraceContext(traceparent: [Self.parent, Self.parent]) == nil)
        #expect(TraceContext(traceparent: []) == nil)
    }

    @Test(arguments: [
        "a", "=1", "A=1", "a=1,a=2", "a=", "a=b=c", "a=\u{7}", "-a=1", "é=1",
        (0..<33).map { "k\($0)=1" }.joined(separator: ","),
    ])
    func aMalformedStateIsDroppedAlone(state: String) throws {
        let trace = try #require(TraceContext(traceparent: Self.parent, tracestate: state))
        #expect(trace.state == nil)
    }

    @Test func aStateThatIsTooLongLosesItsLongEntriesFirst() throws {
        let long = "long=" + String(repeating: "x", count: 200)
        let short = (0..<10).map { "key\($0)=" + String(repeating: "y", count: 40) }
        let kept = TraceContext(
            traceparent: Self.parent, tracestate: ([long] + short).joined(separator: ","))?.state
        #expect(kept == short.joined(separator: ","))
        let many = (0..<30).map { "key\($0)=" + String(repeating: "y", count: 40) }
        let state = try #require(
            TraceContext(traceparent: Self.parent, tracestate: many.joined(separator: ","))?.state)
        #expect(state.utf8.count <= 512 && state.hasPrefix("key0=") && !state.contains("key29="))
    }

    @Test func aJobKeepsItsTraceBesideItsMetadata() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        var new = try parcels.new(
            [:], in: .queued, metadata: ["of": "the caller", "n": 9_007_199_254_740_993])
        new.trace = TraceContext(traceparent: Self.parent, tracestate: "a=1")
        let job = try await parcels.start(many: [new])[0].get().job
        #expect(job.record.trace == new.trace)
        #expect(
            try job.metadata() == [
                "of": "the caller", "n": 9_007_199_254_740_993,
                "lockstep_trace": ["traceparent": .string(Self.parent), "tracestate": "a=1"],
            ])
        let plain = try await parcels.start([:], in: .queued)
        #expect(plain.job.record.trace == nil && plain.job.record.metadata == "{}")
        // What a client writes there itself is read as strictly.
        let odd = try await parcels.start(
            [:], in: .queued, metadata: ["lockstep_trace": ["traceparent": "x"]])
        #expect(odd.job.record.trace == nil)
    }

    @Test func handlersLogsCarryTheJobAndTheTrace() async throws {
        let store = MemoryStore()
        let parcels = try await Jobs<Parcel>(on: store)
        var new = try parcels.new([:], in: .queued)
        new.trace = TraceContext(traceparent: Self.parent)
        let id = try await parcels.start(many: [new])[0].get().id
        let lines = Lines()
        let seen = Mutex<TraceContext?>(nil)
        let worker = Worker(on: store, logger: Logger(label: "test", factory: { _ in lines })) {
            Handler(Parcel.packing) { work in
                seen.withLock { $0 = work.trace }
                work.logger.info("packing", metadata: ["boxes": "2"])
                throw Failure.userFixable("torn", code: "torn")
            }
        }
        let running = Task { try await worker.run() }
        for try await job in parcels.watch(id) where !job.record.isLive { break }
        worker.stop()
        try await running.value
        #expect(seen.withLock { $0 } == new.trace)
        let about: [String: String] = [
            "lifecycle": "parcel", "job": id.text, "status": "packing", "attempt": "1",
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
        ]
        #expect(lines.metadata(of: "packing") == about.merging(["boxes": "2"]) { $1 })
        #expect(
            lines.metadata(of: "an attempt failed")
                == about.merging(["audience": "user_fixable", "code": "torn"]) { $1 })
    }
}

/// Keeps what is logged.
private struct Lines: LogHandler {
    private final class Kept: Sendable {
        let lines = Mutex<[String: [String: String]]>([:])
    }
    private let kept = Kept()
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        kept.lines.withLock { $0["\(event.message)"] = all.mapValues(\.description) }
    }

    func metadata(of message: String) -> [String: String]? { kept.lines.withLock { $0[message] } }
}
