import Foundation
import Lockstep
import LockstepTesting
import Synchronization
import Testing

/// One lifecycle with the types of two versions of a program: `Note<Old>` and `Note<New>`.
private enum Note<Content: Codable & Sendable>: String, Lifecycle {
    case queued, printing, printed, failed

    typealias Input = Content
    typealias Output = Content
    static var name: String { "note" }
    static var initial: Set<Self> { [queued] }
    static var failure: Self { failed }
    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .printing, within: .hours(1))
        case .printing: .works(within: .hours(1)).retries(.immediate, attempts: 5).moves(to: .printed)
        case .printed: .succeeds(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1))
        }
    }
}

private struct Old: Codable, Hashable, Sendable {
    var heading = "Hello"
}

private struct New: Codable, Hashable, Sendable {
    struct Size: Codable, Hashable, Sendable { var width: Int }
    var title: String
    var sizes: [Size] = []

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        title = try fields.decode(String.self, forKey: .title)
        sizes = try fields.decodeIfPresent([Size].self, forKey: .sizes) ?? []
    }
}

/// The version after that, which reads both.
private struct Fixed: Codable, Hashable, Sendable {
    var title: String?
    var heading: String?
}

@Suite struct ChangingTypesTests {
    /// Runs a worker until a condition holds of the job, and gives the job as it is then.
    private func run(
        on store: MemoryStore, _ handlers: [Handler], until condition: (JobRecord) -> Bool, _ id: JobID
    ) async throws -> JobRecord {
        let worker = Worker(on: store) { handlers }
        let running = Task { try await worker.run() }
        var last: JobRecord?
        for try await job in try await Jobs<Note<Old>>(on: store).watch(id) {
            last = job.record
            if condition(job.record) { break }
        }
        worker.stop()
        try await running.value
        return try #require(last)
    }

    @Test func anInputThatCannotBeReadParksItsJobUntilItCan() async throws {
        let store = MemoryStore()
        let notes = try await Jobs<Note<Old>>(on: store)
        let id = try await notes.start(Old()).id
        let runs = Mutex(0)
        let tooNew = Handler(Note<New>.printing) { _ in
            runs.withLock { $0 += 1 }
            return .printed
        }
        let parked = try await run(on: store, [tooNew], until: { $0.parkedAt != nil }, id)
        #expect(runs.withLock { $0 } == 0)
        #expect(parked.status == "printing")
        #expect(parked.attempt == 1)
        #expect(parked.failure?.audience == .adminRequired)
        #expect(parked.failure?.code == "bad_input")
        #expect(
            parked.failure?.message
                == "the input of job \(id) cannot be read as New: the field 'title' is missing; "
                + "deploy code that reads it, then retry the job")
        #expect(try await notes.find { $0.isStuck = true }.map(\.id) == [id])

        // Another worker of the same version does not touch it: what comes later is done, this one stays.
        let later = try await store.start([
            NewJob(lifecycle: "note", input: #"{"title": "Later"}"#)
        ])[0].get().0
        let done = try await run(on: store, [tooNew], until: { !$0.isLive }, later.id)
        #expect(done.status == "printed")
        #expect(try await notes.history(of: id).map(\.kind) == [.started, .moved, .parked])

        try await notes.retry(id, by: .operator("op"))
        let fixed = Handler(Note<Fixed>.printing) { work in
            try work.output(Fixed(title: work.input.heading))
            return .printed
        }
        let printed = try await run(on: store, [fixed], until: { !$0.isLive }, id)
        #expect(printed.status == "printed")
        #expect(try Job<Note<Fixed>>(printed).output() == Fixed(title: "Hello"))
        #expect(
            try await notes.history(of: id).map(\.kind)
                == [.started, .moved, .parked, .resumed, .claimed, .moved])
    }

    @Test(arguments: [
        (#"{}"#, "the field 'title' is missing"),
        (#"{"title": 5}"#, "the field 'title' is a number where a text is expected"),
        (#"{"title": null}"#, "the field 'title' is null where a text is expected"),
        (
            #"{"title": "", "sizes": [{"width": 1}, {"width": "wide"}]}"#,
            "the field 'sizes[1].width' is a text where a whole number is expected"
        ),
        (#"{"title": "", "sizes": {}}"#, "the field 'sizes' is an object where a list is expected"),
        (#"{"title": "", "sizes": [{}]}"#, "the field 'sizes[0].width' is missing"),
        (#"[]"#, "it is a list where an object is expected"), ("", "it is no JSON"), ("{", "it is no JSON"),
    ])
    func theFaultIsSaidInWords(_ input: String, _ fault: String) throws {
        let job = Job<Note<New>>(
            JobRecord(
                id: JobID(), lifecycle: "note", status: "queued", input: input, metadata: "{}",
                now: Timestamp(microseconds: 0)))
        let error = #expect(throws: UnreadableValue.self) { try job.input() }
        #expect(error?.fault == fault)
        #expect(error?.part == .input)
    }

    @Test func aValueThatIsNoneOfTheExpectedIsShown() throws {
        enum Paper: String, Codable { case plain, ruled }
        struct Sheet: Codable, Sendable { var paper: Paper }
        var record = JobRecord(
            id: JobID(), lifecycle: "note", status: "printed", input: #"{"paper": "marbled"}"#,
            metadata: "none", now: Timestamp(microseconds: 0))
        let error = #expect(throws: UnreadableValue.self) { try Job<Note<Sheet>>(record).input() }
        #expect(
            error?.fault.hasPrefix(
                "the field 'paper' is 'marbled', which is none of the values that are expected (") ?? false,
            "\(error?.fault ?? "")")
        #expect(throws: UnreadableValue.self) { try Job<Note<Sheet>>(record).metadata() }
        record.metadata = "{}"
        #expect(try Job<Note<Sheet>>(record).metadata() == [:])
    }

    @Test func anOutputThatCannotBeReadDisturbsNobodyElse() async throws {
        let store = MemoryStore()
        let notes = try await Jobs<Note<Old>>(on: store)
        let id = try await notes.start(Old()).id
        let old = Handler(Note<Old>.printing) { work in
            try work.output(work.input)
            return .printed
        }
        _ = try await run(on: store, [old], until: { !$0.isLive }, id)
        let newer = try await Jobs<Note<New>>(on: store)
        let found = try #require(try await newer.find(id))
        #expect(found.status == .printed)
        #expect(try await newer.find().map(\.id) == [id])
        for try await job in newer.watch(id) { #expect(job.id == id) }
        let error = #expect(throws: UnreadableValue.self) { try found.output() }
        #expect(
            error?.description
                == "the output of job \(id) cannot be read as New: the field 'title' is missing; "
                + "read it with the type that wrote it")
        #expect(error?.failure.code == "bad_output")
    }

    @Test func aCleanUpThatCannotReadItsJobIsTriedAgainLater() async throws {
        let time = TestTime()
        let store = MemoryStore(time: time)
        let notes = try await Jobs<Note<Old>>(on: store)
        let id = try await notes.start(Old()).id
        try await notes.fail(id, with: .userFixable("x"), by: .operator("op"))
        time.advance(by: .days(2))
        let tries = Mutex(0)
        let (tried, sayTried) = AsyncStream<Void>.makeStream()
        let worker = Worker(on: store) {
            Handler.cleaningUp(Note<New>.self) { job in
                tries.withLock { $0 += 1 }
                sayTried.yield()
                _ = try job.input()
            }
        }
        let wakes = store.wakes()
        let running = Task { try await worker.run() }
        var attempts = tried.makeAsyncIterator()
        await attempts.next()
        for await _ in wakes where try await isPostponed(id, to: time.now() + .seconds(300), in: notes) {
            break
        }
        // Until then no sweep offers it.
        time.advance(by: .seconds(299))
        #expect(try await store.sweep(SweepRequest(report: ["note"])).toCleanUp == [])
        #expect(tries.withLock { $0 } == 1)
        // The worker sweeps every second, and the first sweep may come before the last clean-up has ended.
        let clock = Task {
            while !Task.isCancelled {
                time.advance(by: .seconds(1))
                await Task.yield()
            }
        }
        await attempts.next()
        clock.cancel()
        await clock.value
        #expect(try await notes.find(id) != nil)
        worker.stop()
        try await running.value
    }

    private func isPostponed(
        _ id: JobID, to moment: Timestamp, in notes: Jobs<Note<Old>>
    ) async throws -> Bool {
        try await notes.find(id)?.record.deadline == moment
    }

    @Test func aStatusThatAReaderDoesNotKnowIsReadAllTheSame() async throws {
        let store = MemoryStore()
        let early = try await Jobs<Before.Ticket>(on: store)
        let late = try await Jobs<After.Ticket>(on: store)
        let id = try await late.start(NoValue(), in: .triage).id
        let found = try #require(try await early.find(id))
        #expect(found.status == .unrecognized("triage"))
        #expect(found.status.description == "triage")
        #expect(found.status != .open)
        #expect(try await early.find().map(\.id) == [id])
        var seen: [Reading<Before.Ticket>] = []
        for try await job in early.watch(id) {
            seen.append(job.status)
            if seen.count == 1 { try await late.move(id, to: .open, by: .operator("op")) }
            if seen.count == 2 { try await late.move(id, to: .closed, by: .operator("op")) }
        }
        #expect(seen == [.unrecognized("triage"), .declared(.open), .declared(.closed)])
    }

    // MARK: The page

    @Test func theExamplesOfThePageReadWhatWasWrittenBefore() throws {
        #expect(try JSONText.decode(Page.self, from: #"{"title": "A"}"#).language == nil)
        #expect(try JSONText.decode(Picture.self, from: #"{"path": "a.png"}"#).width == 800)
        #expect(try JSONText.decode(Picture.self, from: #"{"path": "a.png", "width": 5}"#).width == 5)
        for text in [#"{"to": "Anna"}"#, #"{"recipient": "Anna"}"#] {
            let letter = try JSONText.decode(Letter.self, from: text)
            #expect(letter.recipient == "Anna")
            #expect(try JSONText.encode(letter) == #"{"to":"Anna"}"#)
        }
        for text in [#"{"item": "tea"}"#, #"{"items": ["tea"], "version": 2}"#] {
            let order = try JSONText.decode(Order.self, from: text)
            #expect(order.items == ["tea"])
            #expect(try JSONText.encode(order) == #"{"items":["tea"],"version":2}"#)
        }
        #expect(throws: DecodingError.self) { try JSONText.decode(Order.self, from: #"{"version": 3}"#) }
        #expect(try JSONText.decode([Colour].self, from: #"["red", "blue"]"#) == [.red, .other])
    }

    @Test func theExamplesAreThoseOfThePage() throws {
        let here = URL(filePath: #filePath).deletingLastPathComponent()
        let root = here.deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/changing-types.md"), encoding: .utf8)
        let examples = try String(
            contentsOf: here.appending(path: "ChangingTypesExamples.swift"), encoding: .utf8)
        let blocks = page.components(separatedBy: "```swift\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(blocks.count == 5)
        for block in blocks { #expect(examples.contains(block), "\(block)") }
    }
}

/// A lifecycle before and after a status was added.
private enum Before {
    enum Ticket: String, Lifecycle {
        case open, closed
        static let initial: Set = [open]
        static let failure = closed
        var rules: Rules<Self> {
            switch self {
            case .open: .waits(for: "an answer", by: .person, within: .days(1)).moves(to: .closed)
            case .closed: .closes(keptFor: .days(1))
            }
        }
    }
}

private enum After {
    enum Ticket: String, Lifecycle {
        case triage, open, closed
        static let initial: Set = [triage, open]
        static let failure = closed
        var rules: Rules<Self> {
            switch self {
            case .triage: .waits(for: "a look", by: .person, within: .days(1)).moves(to: .open)
            case .open: .waits(for: "an answer", by: .person, within: .days(1)).moves(to: .closed)
            case .closed: .closes(keptFor: .days(1))
            }
        }
    }
}
