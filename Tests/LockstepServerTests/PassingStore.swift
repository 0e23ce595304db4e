import Lockstep

/// A store that passes everything on, and tells what claims came to and what was read; a feed may be held up.
struct PassingStore: WrappingStore {
    let base: any Store
    private let onClaim: @Sendable ([JobRecord]) -> Void
    private let onRead: @Sendable (Read) -> Void
    private let onFind: @Sendable (JobQuery) -> Void
    private let onHistory: @Sendable (_ limit: Int) -> Void
    private let onFeed: @Sendable (FeedCursor?, _ limit: Int) async throws -> Void

    enum Read { case definitions, jobs }

    init(
        _ store: any Store, onClaim: @escaping @Sendable ([JobRecord]) -> Void = { _ in },
        onRead: @escaping @Sendable (Read) -> Void = { _ in },
        onFind: @escaping @Sendable (JobQuery) -> Void = { _ in },
        onHistory: @escaping @Sendable (_ limit: Int) -> Void = { _ in },
        onFeed: @escaping @Sendable (FeedCursor?, _ limit: Int) async throws -> Void = { _, _ in }
    ) {
        base = store
        self.onClaim = onClaim
        self.onRead = onRead
        self.onFind = onFind
        self.onHistory = onHistory
        self.onFeed = onFeed
    }

    func definitions() async throws -> [Definition] {
        onRead(.definitions)
        return try await base.definitions()
    }

    func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let claimed = try await base.claim(request)
        onClaim(claimed)
        return claimed
    }

    func find(_ query: JobQuery) async throws -> [JobRecord] {
        onRead(.jobs)
        onFind(query)
        return try await base.find(query)
    }
    func history(
        of job: JobID, in lifecycle: String, after number: Int64, limit: Int
    ) async throws -> [HistoryEntry] {
        onHistory(limit)
        return try await base.history(of: job, in: lifecycle, after: number, limit: limit)
    }

    func feed(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) async throws -> FeedPage {
        try await onFeed(cursor, limit)
        return try await base.feed(lifecycle, from: cursor, limit: limit)
    }
}
