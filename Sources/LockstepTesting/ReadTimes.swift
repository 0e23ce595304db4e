import Lockstep

/// How long a store takes to answer what a dashboard asks, on a table of parcels.
package enum ReadTimes {
    /// What is asked, one line each.
    private static let questions: [(String, @Sendable (inout JobQuery) -> Void)] = [
        ("all", { _ in }), ("delivered", { $0.statuses = ["delivered"] }),
        ("lost", { $0.statuses = ["lost"] }),
        ("queued", { $0.statuses = ["queued"] }), ("live", { $0.isLive = true }),
        ("ended", { $0.isLive = false }),
        (
            "live, oldest first",
            {
                $0.isLive = true; $0.newestFirst = false
            }
        ),
        ("queued and lost", { $0.statuses = ["queued", "lost"] }), ("owner", { $0.owner = "o1" }),
        (
            "owner, live",
            {
                $0.owner = "o1"; $0.isLive = true
            }
        ),
        (
            "owner, lost",
            {
                $0.owner = "o1"; $0.statuses = ["lost"]
            }
        ), ("key", { $0.key = "k1" }),
        ("admin", { $0.audience = .adminRequired }), ("user", { $0.audience = .userFixable }),
        ("temporary", { $0.audience = .temporary }),
        (
            "admin, live",
            {
                $0.audience = .adminRequired; $0.isLive = true
            }
        ),
        ("stuck", { $0.isStuck = true }),
    ]

    /// The median of five answers to each question, after one that nobody counts.
    package static func measure(_ store: any Store) async throws -> [(question: String, time: Duration)] {
        var times: [(question: String, time: Duration)] = []
        func time(_ question: String, _ body: () async throws -> Void) async throws {
            var runs: [Duration] = []
            for _ in 0..<6 { runs.append(try await ContinuousClock().measure { try await body() }) }
            times.append((question, runs.dropFirst().sorted()[2]))
        }
        for (name, condition) in questions {
            var query = JobQuery("parcel")
            condition(&query)
            query.limit = 50
            let asked = query
            try await time(name) { _ = try await store.find(asked) }
        }
        let pages = try await store.find(JobQuery("parcel"))
        var later = JobQuery("parcel")
        later.statuses = ["delivered"]
        later.before = pages.last?.id
        let asked = later
        try await time("delivered, next page") { _ = try await store.find(asked) }
        try await time("count of the living") { _ = try await store.liveCount("parcel") }
        let now = try await store.feed("parcel", from: nil, limit: 1).horizon
        try await time("feed") { _ = try await store.feed("parcel", from: now, limit: 500) }
        let hour = Timestamp(microseconds: store.time.now().microseconds - 3_600_000_000)
        try await time("activity of an hour") {
            _ = try await store.activity("parcel", since: hour, every: .seconds(60))
        }
        return times
    }

    /// The times as a table, and those that are longer than allowed.
    package static func report(
        _ times: [(question: String, time: Duration)], of name: String, limit: Duration
    ) -> (text: String, late: [String]) {
        func words(_ time: Duration) -> String { "\(Double(time.inMicroseconds) / 1000) ms" }
        let text = times.map { "\(name): \($0.question): \(words($0.time))" }.joined(separator: "\n")
        return (text, times.filter { $0.time > limit }.map { "\($0.question): \(words($0.time))" })
    }
}
