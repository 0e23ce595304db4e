import Hummingbird
import Lockstep
import NIOCore

/// Sends the history of one job as it grows: each line once, in order, whatever was missed on the way.
struct JobStream {
    private let events: JobEvents
    private let job: JobTopic
    private let subscription: EventSubscription
    private var writer: any ResponseBodyWriter
    /// The number of the line that was sent last.
    private var last: Int64

    /// So many lines are read at a time.
    private static let page = 500

    init(
        events: JobEvents, job: JobTopic, after: Int64, writer: any ResponseBodyWriter,
        _ subscription: EventSubscription
    ) {
        self.events = events
        self.job = job
        self.subscription = subscription
        self.writer = writer
        last = after
    }

    /// Sends until the subscription ends.
    /// - Throws: what the store or the connection throws.
    mutating func run() async throws {
        try await writer.write(EventText.opening)
        while true {
            let news = await subscription.next()
            var text = ByteBuffer()
            if news.start != nil || news.isBehind, try await !readOn(&text) { continue }
            for event in news.events where event.number > last {
                if event.number > last + 1, try await !readOn(&text) { break }
                guard event.number > last else { continue }
                append(event.number, event.text, to: &text)
            }
            if let job = news.progress { text.writeImmutableBuffer(try EventText.progress(job)) }
            if news.isBeat { text.writeImmutableBuffer(EventText.heartbeat) }
            if let end = news.end { text.writeImmutableBuffer(EventText.farewell(end.words)) }
            if text.readableBytes > 0 { try await writer.write(text) }
            if news.isEnded { return }
        }
    }

    private mutating func append(_ number: Int64, _ event: ByteBuffer, to text: inout ByteBuffer) {
        text.writeString(EventText.id(number))
        text.writeImmutableBuffer(event)
        last = number
    }

    /// Reads what the history has beyond the last line, and sends all of it but the last page.
    /// - Returns: whether that was all; otherwise the stream has ended meanwhile, and nothing may follow the gap.
    private mutating func readOn(_ text: inout ByteBuffer) async throws -> Bool {
        while true {
            let lines = try await events.store.history(
                of: job.id, in: job.lifecycle, after: last, limit: Self.page + 1)
            for entry in lines.prefix(Self.page) {
                append(
                    entry.number, try EventText.event(entry, of: job.lifecycle, owner: job.owner), to: &text)
            }
            guard lines.count > Self.page else { return true }
            try await writer.write(text)
            text.clear()
            if subscription.isEnded { return false }
        }
    }
}
