import Hummingbird
import Lockstep
import NIOCore

/// Sends the lines of many jobs as they become visible, each at least once.
struct FeedStream {
    private struct Line: Hashable {
        let job: JobID
        let number: Int64
    }

    private let events: JobEvents
    private let lifecycle: String?
    private let owner: String?
    private let user: String
    private let subscription: EventSubscription
    private var writer: any ResponseBodyWriter
    /// How far the stream has come; the id of the next event.
    private var places: EventPlaces?
    /// Lines that were read here and will be handed over as well.
    private var sent: Set<Line> = []

    /// So many lines are read at a time.
    private static let page = 500
    /// So many lines that were read are remembered; an earlier one that is handed over as well is sent twice.
    private static let remembered = 5000

    /// - Parameter user: who listens, whatever it is.
    init(
        events: JobEvents, lifecycle: String?, owner: String?, user: String, after: EventPlaces?,
        writer: any ResponseBodyWriter, _ subscription: EventSubscription
    ) {
        self.events = events
        self.lifecycle = lifecycle
        self.owner = owner
        self.user = user
        self.subscription = subscription
        self.writer = writer
        places = after
    }

    /// Sends until the subscription ends.
    /// - Throws: what the store or the connection throws.
    mutating func run() async throws {
        try await writer.write(EventText.opening)
        while true {
            let news = await subscription.next()
            var text = ByteBuffer()
            // Whoever is not told everything from before gets nothing of what came later, nor its id.
            if let known = news.start, try await !begin(known) { continue }
            for (count, event) in news.events.enumerated() {
                if let known = news.places, known.after == count { move(to: known.places) }
                append(event, to: &text)
            }
            if let known = news.places, known.after == news.events.count { move(to: known.places) }
            if news.isBeat {
                // An id without an event: who comes back need not read what did not concern him.
                if let places { text.writeString(EventText.id(places)) }
                text.writeImmutableBuffer(EventText.heartbeat)
                sent = []
            }
            let isEnded = news.isEnded || news.isBehind
            if isEnded {
                let words = "too much has happened since the last event was taken; come back with the last id"
                text.writeImmutableBuffer(EventText.farewell(news.end?.words ?? words))
            }
            if text.readableBytes > 0 { try await writer.write(text) }
            if isEnded { return }
        }
    }

    // MARK: What happened before

    /// Sends what happened since the last event of the client's. Lines are handed over from now on, so that those which
    /// are read at the end come twice.
    /// - Returns: whether everything was sent; otherwise the stream has ended meanwhile.
    private mutating func begin(_ known: [String: FeedCursor]) async throws -> Bool {
        guard let after = places else {
            places = EventPlaces(of: lifecycle, known)
            return true
        }
        for name in known.keys.sorted() where lifecycle == nil || name == lifecycle {
            var page = FeedPage(entries: [], horizon: after.cursors[name] ?? .beginning, hasMore: true)
            while page.hasMore {
                let (store, subscription, from) = (events.store, subscription, page.horizon)
                let next: FeedPage? = try await events.turns.take(user) {
                    if subscription.isEnded { return nil }
                    return try await store.feed(name, from: from, limit: Self.page)
                }
                guard let next else { return false }
                page = next
                var text = ByteBuffer()
                for line in page.entries where owner == nil || Owner.isSame(line.owner, owner) {
                    let event = try PublishedEvent(line, of: name)
                    append(event, to: &text)
                    sent.insert(Line(job: event.job, number: event.number))
                }
                // Only what is handed over while this is read comes again, which are the last lines.
                if sent.count > Self.remembered { sent = [] }
                places?.cursors[name] = page.horizon
                text.writeString(places.map { EventText.id($0) + "\n" } ?? "")
                try await writer.write(text)
            }
        }
        return true
    }

    // MARK: What happens

    private mutating func append(_ event: PublishedEvent, to text: inout ByteBuffer) {
        if sent.remove(Line(job: event.job, number: event.number)) != nil { return }
        places?.cursors[event.lifecycle] = event.cursor
        if let places { text.writeString(EventText.id(places)) }
        text.writeImmutableBuffer(event.text)
    }

    private mutating func move(to known: [String: FeedCursor]) {
        guard places != nil else { return }
        places = EventPlaces(of: lifecycle, known)
    }
}
