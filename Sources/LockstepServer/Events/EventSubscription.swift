import Lockstep
import Synchronization

/// What one stream of events listens to, and what waits for it to be sent.
final class EventSubscription: Sendable {
    /// What is listened to.
    enum Topic: Sendable {
        /// One job.
        case job(JobTopic)
        /// All jobs of an owner, of one lifecycle or of all.
        case owner(String, lifecycle: String?)
        /// All jobs.
        case all(lifecycle: String?)

        var lifecycle: String? {
            switch self {
            case .job(let job): job.lifecycle
            case .owner(_, let lifecycle), .all(let lifecycle): lifecycle
            }
        }

        var job: JobTopic? { if case .job(let job) = self { job } else { nil } }
    }

    /// What there is to do.
    struct News: Sendable {
        /// From now on lines are handed over; what was visible before this place has to be read.
        var start: [String: FeedCursor]?
        /// More lines came than can wait; they are gone from here.
        var isBehind = false
        /// Lines, in order.
        var events: [PublishedEvent] = []
        /// How far all feeds were read, and how many of ``events`` came before that.
        var places: (places: [String: FeedCursor], after: Int)?
        /// The job with another progress than before.
        var progress: JobRecord?
        /// A sign of life is due.
        var isBeat = false
        /// Nothing comes any more, and why.
        var end: End?
        var isEnded: Bool { end != nil }
    }

    /// Why a stream ends.
    enum End: Sendable {
        /// The client has left, or the server stops.
        case over
        /// The client may not listen any more.
        case shut

        /// What people are told.
        var words: String {
            switch self {
            case .over: "the stream ends here; come back with the last id"
            case .shut: "the stream ends here, for its token is no longer valid"
            }
        }
    }

    private struct State {
        var news = News()
        /// Whether lines may be handed over. A stream of many jobs that sent one before it has read what happened
        /// earlier would give it an id that passes over all of that; the stream of one job sees the gap by the numbers.
        var isReady: Bool
        var waiting: CheckedContinuation<Void, Never>?
        var progress: Int
        var detail: String?

        var isDue: Bool {
            news.start != nil || news.isBehind || (isReady && !news.events.isEmpty) || news.progress != nil
                || news.isBeat || news.isEnded
        }

        /// What there is to do, which is then done.
        mutating func take() -> News {
            var taken = news
            news = News()
            news.end = taken.end
            if !isReady {
                news.events = taken.events
                (taken.events, taken.places) = ([], nil)
            }
            return taken
        }
    }

    let number: Int
    let topic: Topic
    private let most: Int
    private let state: Mutex<State>

    /// - Parameter most: how many lines may wait.
    init(_ number: Int, _ topic: Topic, most: Int) {
        self.number = number
        self.topic = topic
        self.most = most
        state = Mutex(
            State(
                isReady: topic.job != nil, progress: topic.job?.progress ?? 0,
                detail: topic.job?.progressDetail))
    }

    // MARK: For the one who sends

    /// Waits until there is something to do. For one caller at a time; it ends when its task is cancelled.
    func next() async -> News {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if !state.isDue { state.waiting = continuation }
                    return state.isDue
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            end()
        }
        return state.withLock { $0.take() }
    }

    // MARK: For everybody else

    /// Whether nothing comes any more.
    var isEnded: Bool { state.withLock(\.news.isEnded) }

    /// Ends the stream as soon as it can be told, after what waits already.
    func end() { change { if $0.news.end == nil { $0.news.end = .over } } }

    /// Ends the stream, and nothing of what waits is sent.
    func shut() {
        change { state in
            state.news = News()
            state.news.end = .shut
        }
    }

    /// Lets lines be handed over, those first that wait already.
    func beReady(_ places: [String: FeedCursor]) {
        change { state in
            guard !state.news.isEnded else { return }
            state.isReady = true
            state.news.start = places
        }
    }

    func beat(_ places: [String: FeedCursor]) {
        change { state in
            guard !state.news.isEnded else { return }
            state.news.isBeat = true
            state.news.places = (places, state.news.events.count)
        }
    }

    func push(_ event: PublishedEvent) {
        change { state in
            guard !state.news.isBehind, !state.news.isEnded else { return }
            guard state.news.events.count < most else {
                state.news.events = []
                state.news.places = nil
                state.news.isBehind = true
                return
            }
            state.news.events.append(event)
        }
    }

    /// Tells the job's progress where it is another one than last time.
    func push(progressOf job: JobRecord) {
        change { state in
            guard !state.news.isEnded else { return }
            guard (job.progress, job.progressDetail) != (state.progress, state.detail) else { return }
            (state.progress, state.detail) = (job.progress, job.progressDetail)
            state.news.progress = job
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            body(&state)
            guard state.isDue else { return nil }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }
}
