import HTTPTypes
import Lockstep
import Logging
import Synchronization

/// Tells everybody who listens what happens to jobs: one for a server and its store.
///
/// While anybody listens it reads the feed of every lifecycle on, whenever the store gives a hint and at least once a
/// second, and hands each line to those whom it concerns. Nobody can hold it up: who takes too long to send has a buffer
/// of a fixed length, and beyond that reads for himself or is sent away. Nothing runs while nobody listens.
public final class JobEvents: Sendable {
    /// How much it lets listeners ask for.
    public struct Limits: Sendable {
        /// How many streams are open at once: 2,000.
        public var streams = 2000
        /// How many of them one user may have: 1,000.
        public var streamsOfOne = 1000
        /// How many lines wait for a stream that is slow to send: 1,000, and of a single job 64.
        public var waiting = 1000
        /// The pause between two reads, in which hints collect: 25 milliseconds.
        public var pause = Duration.milliseconds(25)
        /// The longest time without a read, for hints may be lost: a second. As often running jobs are asked for their
        /// progress.
        public var poll = Duration.seconds(1)
        /// The time between two signs of life on a stream: 15 seconds.
        public var heartbeat = Duration.seconds(15)
        /// The time between two looks whether a stream's token is still valid: 2 seconds, so that together with
        /// ``CachedTokens/longestAge`` a stream outlives its token by five seconds at most.
        public var tokens = Duration.seconds(2)

        /// The limits as they are documented.
        public init() {}
    }

    struct State {
        var streams = 0
        var streamsOf: [String: Int] = [:]
        var next = 0
        var byJob: [JobID: [Int: EventSubscription]] = [:]
        var byOwner: [[UInt8]: [Int: EventSubscription]] = [:]
        var ofAll: [Int: EventSubscription] = [:]
        /// How far the feeds are read; `nil` until it is known where they are.
        var places: [String: FeedCursor]?
        var reader: Task<Void, Never>?
    }

    let store: any Store
    let limits: Limits
    let logger: Logger
    /// Who reads what happened before: of each user one stream at a time, for anybody may have a thousand of them read
    /// everything.
    let turns = UserTurns()
    private let state = Mutex(State())

    /// Makes it; nothing runs until somebody listens.
    public init(
        store: any Store, limits: Limits = Limits(), logger: Logger = Logger(label: "lockstep.events")
    ) {
        self.store = store
        self.limits = limits
        self.logger = logger
    }

    /// How many streams are open.
    public var streams: Int { state.withLock { $0.streams } }

    // MARK: Who may listen

    /// A place among the streams, given back when it is let go.
    final class Ticket: Sendable {
        private let events: JobEvents
        private let user: String

        fileprivate init(_ events: JobEvents, user: String) {
            self.events = events
            self.user = user
        }

        deinit {
            events.state.withLock { [user] state in
                state.streams -= 1
                let left = (state.streamsOf[user] ?? 1) - 1
                state.streamsOf[user] = left > 0 ? left : nil
            }
        }
    }

    /// Takes a place for a stream of a user.
    /// - Throws: ``Problem`` 503 or 429 when there is none.
    func ticket(for user: String) throws -> Ticket {
        let refusal = state.withLock { state -> Problem? in
            if state.streams >= limits.streams {
                return Problem(
                    Failure.temporary(
                        "\(limits.streams) streams of events are open, and the server has no more; try again later",
                        code: "too_many_streams", retryAfter: .seconds(5)))
            }
            let own = state.streamsOf[user] ?? 0
            if own >= limits.streamsOfOne {
                return Problem(
                    .tooManyRequests, code: "too_many_streams",
                    "'\(user)' has \(own) streams of events open, and may have \(limits.streamsOfOne); close one first",
                    headers: [.retryAfter: "5"])
            }
            state.streams += 1
            state.streamsOf[user] = own + 1
            return nil
        }
        if let refusal { throw refusal }
        return Ticket(self, user: user)
    }

    // MARK: Listening

    /// Begins to listen. What became visible before is for the listener to read, once he is told that he is ready.
    func subscribe(_ topic: EventSubscription.Topic) -> EventSubscription {
        state.withLock { state in
            state.next += 1
            let subscription = EventSubscription(
                state.next, topic, most: topic.job == nil ? limits.waiting : min(64, limits.waiting))
            switch topic {
            case .job(let job): state.byJob[job.id, default: [:]][subscription.number] = subscription
            case .owner(let owner, _):
                state.byOwner[Array(owner.utf8), default: [:]][subscription.number] = subscription
            case .all: state.ofAll[subscription.number] = subscription
            }
            if let places = state.places { subscription.beReady(places) }
            if state.reader == nil { state.reader = Task { await EventReader(self).run() } }
            return subscription
        }
    }

    /// Ends listening; with the last listener reading ends too.
    func unsubscribe(_ subscription: EventSubscription) {
        state.withLock { state in
            let number = subscription.number
            switch subscription.topic {
            case .job(let job):
                state.byJob[job.id]?[number] = nil
                if state.byJob[job.id]?.isEmpty == true { state.byJob[job.id] = nil }
            case .owner(let owner, _):
                state.byOwner[Array(owner.utf8)]?[number] = nil
                if state.byOwner[Array(owner.utf8)]?.isEmpty == true {
                    state.byOwner[Array(owner.utf8)] = nil
                }
            case .all: state.ofAll[number] = nil
            }
            guard state.byJob.isEmpty, state.byOwner.isEmpty, state.ofAll.isEmpty else { return }
            state.reader?.cancel()
            state.reader = nil
            state.places = nil
        }
    }

    // MARK: For the reader

    /// Hands a line to those whom it concerns.
    func publish(_ line: FeedEntry, of lifecycle: String) throws {
        let listeners = state.withLock { state -> [EventSubscription] in
            // Whoever listens now has another reader.
            if Task.isCancelled { return [] }
            var listeners = state.byJob[line.entry.job].map { Array($0.values) } ?? []
            for others in [line.owner.flatMap { state.byOwner[Array($0.utf8)] } ?? [:], state.ofAll] {
                listeners += others.values.filter { $0.topic.lifecycle.map { $0 == lifecycle } ?? true }
            }
            return listeners
        }
        guard !listeners.isEmpty else { return }
        let event = try PublishedEvent(line, of: lifecycle)
        for listener in listeners { listener.push(event) }
    }

    /// Takes note of how far the feeds are read; whoever has waited for that is told.
    func keep(_ places: [String: FeedCursor]) {
        state.withLock { state in
            guard !Task.isCancelled else { return }
            if state.places == nil { for listener in state.listeners { listener.beReady(places) } }
            state.places = places
        }
    }

    /// Gives everybody a sign of life to send.
    func beat() {
        state.withLock { state in
            guard let places = state.places else { return }
            for listener in state.listeners { listener.beat(places) }
        }
    }

    /// Who listens to single jobs.
    var jobListeners: [EventSubscription] { state.withLock { $0.byJob.values.flatMap(\.values) } }
}

extension JobEvents.State {
    fileprivate var listeners: [EventSubscription] {
        byJob.values.flatMap(\.values) + byOwner.values.flatMap(\.values) + Array(ofAll.values)
    }
}
