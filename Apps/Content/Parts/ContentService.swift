import ContentRendering
import ContentWriting
import Lockstep
import LockstepSQL
import LockstepServer
import LockstepUploads

/// What users may do with their requests; the routes only translate.
///
/// Every method takes the user and finds nothing that belongs to somebody else.
struct ContentService: Sendable {
    let store: any SQLStore
    let storage: any ObjectStorage
    let jobs: Jobs<ContentRequest>
    let messages: Jobs<ContentMessage>
    let notifier: (any ContentNotifier)?
    let delivery: ContentDelivery

    var requests: RequestTable { RequestTable(store: store) }
    var stages: StageTable { StageTable(store: store) }
    var passages: PassageIndex { PassageIndex(store: store) }
    var shelf: ArtefactShelf {
        ArtefactShelf("content", folder: "content", store: store, storage: storage)
    }

    /// The name of the finished video on the shelf.
    static let video = "video.mp4"
    /// The name of its subtitles there.
    static let captions = "captions.vtt"

    /// A request with its job, and what is known of its video.
    struct View: Sendable {
        var row: RequestTable.Row
        var job: Job<ContentRequest>
        var video: VideoFacts?
        var isStuck: Bool
    }

    // MARK: Asking

    /// Takes a question in.
    func start(
        _ question: String, notify: ContentNotice.Recipient?, owner: String
    ) async throws -> View {
        if let notify {
            guard let notifier else { throw Problem.noNotifications }
            try notifier.check(notify)
        }
        let now = store.time.now()
        let id = JobID(at: now)
        let metadata = RequestMetadata(notify: notify)
        let row = RequestTable.Row(
            id: id, owner: owner, question: question, status: .pending, progress: 0,
            stage: ContentRequest.pending.words, metadata: metadata, createdAt: now, updatedAt: now)
        var new = try jobs.new(NoValue(), owner: owner)
        new.id = id
        let (job, table, isPushed) = (new, requests, delivery.isPush)
        let record = try await store.write { transaction in
            let (record, _) = try transaction.start(job).get()
            try table.insert(row, in: transaction)
            guard isPushed else { return record }
            // Nobody may work on it before its message has come.
            let hold = Command(
                .hold(ContentRequest.delivery), job: id, of: ContentRequest.name, by: .event)
            return try transaction.apply(hold).get()
        }
        // After the commit: a message must not be faster than what it is about.
        if case .push(let publish) = delivery { try await publish(id) }
        return View(row: row, job: Job(record), video: nil, isStuck: false)
    }

    /// Puts a refined question in the place of one that was too vague, and lets the request run again.
    func refine(_ request: JobID, to question: String, identity: Identity) async throws -> View {
        let now = store.time.now()
        let view = try await view(request, identity: identity)
        guard view.job.record.hold == ContentRequest.clarification else {
            throw Problem.notAsked(view.job)
        }
        var release = Command(.release, job: request, of: ContentRequest.name, by: identity.actor)
        release.ownedBy = identity.operates ? nil : identity.user
        release.also = [
            { transaction in
                guard let sql = transaction as? any SQLTransaction,
                    let row = try RequestTable.find(request, in: sql),
                    let asked = row.metadata.clarification
                else { throw Problem.notAsked(view.job) }
                var metadata = row.metadata
                let earlier = RequestMetadata.Earlier(
                    question: row.question, clarification: asked, refinedAt: now)
                metadata.clarification = nil
                metadata.history =
                    (metadata.history ?? []).suffix(RequestMetadata.mostRefinements - 1) + [earlier]
                try RequestTable.update(request, question: question, metadata: metadata, in: sql)
            }
        ]
        _ = try await store.apply([release])[0].get()
        return try await self.view(request, identity: identity)
    }

    /// Stops a request. Whatever works on it ends, and its files go.
    func cancel(_ request: JobID, identity: Identity) async throws -> View {
        _ = try await view(request, identity: identity)
        let (now, shelf) = (store.time.now(), shelf)
        var cancel = Command(.cancel, job: request, of: ContentRequest.name, by: identity.actor)
        cancel.ownedBy = identity.operates ? nil : identity.user
        cancel.also = [
            { transaction in
                guard let sql = transaction as? any SQLTransaction else { return }
                try shelf.forget(request, at: now, in: sql)
            }
        ]
        _ = try await store.apply([cancel])[0].get()
        try await shelf.empty(request)
        return try await view(request, identity: identity)
    }

    // MARK: Reading

    /// A user's requests, newest first.
    func list(of owner: String, limit: Int) async throws -> [View] {
        try await views(
            of: try await jobs.find {
                $0.owner = owner
                $0.limit = limit
            })
    }

    /// One request. Operators see everybody's.
    func view(_ request: JobID, identity: Identity) async throws -> View {
        guard let job = try await jobs.find(request, ownedBy: identity.operates ? nil : identity.user),
            let view = try await views(of: [job]).first
        else { throw Problem.noRequest }
        return view
    }

    private func views(of found: [Job<ContentRequest>]) async throws -> [View] {
        let rows = try await requests.find(found.map(\.id))
        let now = store.time.now()
        var views: [View] = []
        for job in found {
            guard let row = rows[job.id] else { continue }
            let isMade = job.status == .notifying || job.status == .completed || job.status == .failed
            views.append(
                View(
                    row: row, job: job,
                    video: isMade ? try await stages.find(VideoFacts.self, of: .video, for: job.id) : nil,
                    isStuck: job.record.isStuck(definition: jobs.definition, now: now)))
        }
        return views
    }
}

/// How workers hear of requests.
public enum ContentDelivery: Sendable {
    /// They look for them in the store.
    case pull
    /// A message service tells: a request is worked on once its message has come to `POST /internal/push`. The closure
    /// hands a request's id to that service; what it throws is told to the asker, whose request waits for its message.
    case push(@Sendable (JobID) async throws -> Void)

    var isPush: Bool { if case .push = self { true } else { false } }
}

/// What is known of a finished video.
struct VideoFacts: Codable, Hashable, Sendable {
    /// Its title.
    var title: String
    /// Its length in seconds.
    var seconds: Double
    /// Its size in bytes.
    var bytes: Int64
    /// Its chapters.
    var chapters: [Chapter]
    /// What it relies on.
    var sources: [Script.Source]
    /// How long reading the script takes, as the script says.
    var readingTime: Double

    private enum CodingKeys: String, CodingKey {
        case title, seconds, bytes, chapters, sources
        case readingTime = "reading_time"
    }
}
