import Hummingbird
import Lockstep
import NIOCore

/// Sends the history of one job as it grows: each line once, in order, whatever was missed on the way.
struct JobStream {
    private let events: JobEvents
    private let job: JobRecord
    private let subscription: EventSubscription
    private var writer: any ResponseBodyWriter
    /// The number of the line that was sent last.
    private var last: Int64

    init(
        events: JobEvents, job: JobRecord, after: Int64, writer: any ResponseBodyWriter,
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
            if news.start != nil || news.isBehind { try await readOn(&text) }
            for event in news.events where event.number > last {
                if event.number > last + 1 { try await readOn(&text) }
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

    /// Reads what the history has beyond the last line.
    private mutating func readOn(_ text: inout ByteBuffer) async throws {
        for entry in try await events.store.history(of: job.id, in: job.lifecycle, after: last) {
            append(
                entry.number, try EventText.event(entry, of: job.lifecycle, owner: job.owner), to: &text)
        }
    }
}
