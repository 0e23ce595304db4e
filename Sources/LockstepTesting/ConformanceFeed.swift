import Lockstep

extension Conformance {
    static let feedChecks: [Check] = [
        Check("the feed gives every line of every history once, in pages of any size") { bench in
            for limit in [1, 2, 3, 100] {
                let start = try await bench.now()
                let jobs = try await bench.journeys()
                let lines = try await bench.lines(from: start, limit: limit)
                try bench.equal(Set(lines.map(\.entry.job)), Set(jobs), "jobs, by pages of \(limit)")
                for job in jobs {
                    try bench.equal(
                        lines.filter { $0.entry.job == job }.map(\.entry),
                        try await bench.parcels.history(of: job), "lines of a job, by pages of \(limit)")
                }
                try bench.equal(
                    lines.map { $0.owner ?? "" }, lines.map { $0.entry.job == jobs[0] ? "anna" : "" },
                    "owners")
            }
        },
        Check("whoever reads the feed on from any line misses nothing, and without a place gets none") {
            bench in
            let start = try await bench.now()
            _ = try await bench.journeys()
            let lines = try await bench.lines(from: start, limit: 4)
            for (count, line) in zip(1..., lines) {
                let rest = try await bench.lines(from: line.cursor, limit: 3).map(\.entry)
                let missed = lines.dropFirst(count).filter { !rest.contains($0.entry) }
                try bench.require(missed.isEmpty, "after line \(count) of \(lines.count): missed \(missed)")
            }
            let page = try await bench.store.feed("parcel", from: nil, limit: 10)
            try bench.require(page.entries.isEmpty && !page.hasMore, "lines without a place: \(page)")
            try bench.equal(try await bench.lines(from: page.horizon, limit: 10), [], "lines from now on")
            try bench.equal(
                FeedCursor(page.horizon.text), page.horizon, "the place read from its own text")
            _ = try await bench.refused(.unknownLifecycle, "the feed of nothing") {
                _ = try await bench.store.feed("letter", from: nil, limit: 1)
            }
            _ = try await bench.refused(.badValue, "a place that is none") {
                _ = try await bench.store.feed("parcel", from: FeedCursor(stored: "1.2"), limit: 1)
            }
        },
        Check("the feed has the lines of its own lifecycle, and none of a deleted job") { bench in
            let footage = try await Jobs<Footage>(on: bench.store)
            let start = try await bench.now()
            _ = try await footage.start(NoValue())
            let kept = try await bench.parcels.start([:], in: .announced).id
            let erased = try await bench.parcels.start([:], in: .queued).id
            try await bench.parcels.cancel(erased, by: .operator("op"))
            let erase = Command(.erase, job: erased, of: "parcel", by: .operator("op"))
            guard case .deleted = try await bench.store.apply([erase]).first() else {
                throw Violation(description: "an ended job was not erased")
            }
            let late = try await bench.parcels.start([:], in: .queued).id
            try bench.equal(
                try await bench.lines(from: start, limit: 2).map(\.entry.job), [kept, late], "jobs")
        },
        Check("living jobs are counted wherever they are, and no others") { bench in
            func live() async throws -> [StatusCount] { try await bench.store.liveCount("parcel") }
            func counted() async throws -> [StatusCount] {
                try await bench.store.count("parcel").filter { count in
                    bench.parcels.definition.rule(for: count.status)?.kind.isEnd == false
                }
            }
            try bench.equal(try await live().map(\.jobs).reduce(0, +), 0, "jobs at first")
            try bench.equal(try await live().map(\.status), try await counted().map(\.status), "statuses")
            _ = try await bench.journeys()
            // Parked, held, waiting, claimed, queued.
            let parked = try await bench.claimed()
            try await bench.apply(.fail(.adminRequired("x")), parked)
            let held = try await bench.claimed()
            try await bench.apply(.move(to: "queued"), held)
            _ = try await bench.claimed()
            _ = try await bench.parcels.start([:], in: .announced)
            _ = try await bench.parcels.start([:], in: .queued)
            try bench.equal(try await bench.record(held.id).hold, "address", "the hold")
            try bench.equal(try await live(), try await counted(), "counts")
            try bench.equal(try await live().map(\.parked).reduce(0, +), 1, "parked ones")
            _ = try await bench.refused(.unknownLifecycle, "the count of nothing") {
                _ = try await bench.store.liveCount("letter")
            }
        },
        Check("activity counts lines by time, kind and status") { bench in
            _ = try await bench.parcels.start([:], in: .announced)
            bench.time.advance(by: .minutes(5))
            let since = bench.time.now()
            let first = try await bench.parcels.start([:], in: .announced).id
            _ = try await bench.parcels.start([:], in: .announced)
            bench.time.advance(by: .seconds(59))
            _ = try await bench.parcels.start([:], in: .queued)
            bench.time.advance(by: .seconds(1))
            try await bench.parcels.move(first, to: .queued)
            let seen = try await bench.store.activity("parcel", since: since, every: .seconds(60))
            try bench.equal(
                seen,
                [
                    ActivityBucket(start: since, kind: .started, to: "announced", count: 2),
                    ActivityBucket(start: since, kind: .started, to: "queued", count: 1),
                    ActivityBucket(start: since + .seconds(60), kind: .moved, to: "queued", count: 1),
                ], "activity")
            _ = try await bench.refused(.badValue, "slices without a length") {
                _ = try await bench.store.activity("parcel", since: since, every: .zero)
            }
        },
        Check("jobs are found by what failed, by when they started, and in pages either way") { bench in
            var failed: [Failure.Audience: JobID] = [:]
            for failure in [Failure.adminRequired("a"), .userFixable("u"), .temporary("t")] {
                let record = try await bench.claimed()
                failed[failure.audience] = record.id
                try await bench.apply(.fail(failure), record)
                bench.time.advance(by: .seconds(1))
            }
            let since = bench.time.now()
            let last = try await bench.parcels.start([:], in: .announced).id
            func ids(_ conditions: (inout JobQuery) -> Void) async throws -> [JobID] {
                try await bench.parcels.find(where: conditions).map(\.id)
            }
            for (audience, job) in failed {
                try bench.equal(try await ids { $0.audience = audience }, [job], "by audience \(audience)")
                let live = audience != .userFixable
                try bench.equal(
                    try await ids {
                        $0.audience = audience
                        $0.isLive = true
                    }, live ? [job] : [], "living ones by audience \(audience)")
            }
            try bench.equal(try await ids { $0.createdAfter = since }, [last], "by the earliest start")
            try bench.equal(try await ids { $0.createdBefore = since }.count, 3, "by the latest start")
            let all = try await ids { $0.newestFirst = false }
            try bench.equal(
                try await ids {
                    $0.newestFirst = false
                    $0.after = all[1]
                }, Array(all[2...]), "the next page, oldest first")
        },
        Check("every combination of conditions finds what meets it") { bench in
            _ = try await bench.journeys()
            let parked = try await bench.claimed()
            try await bench.apply(.fail(.adminRequired("x")), parked)
            let held = try await bench.claimed()
            try await bench.apply(.move(to: "queued"), held)
            for key in ["a", "b"] {
                let id = try await bench.parcels.start([:], in: .queued, key: key, owner: "anna").id
                try await bench.parcels.cancel(id, by: .operator("op"))
                _ = try await bench.parcels.start([:], in: .announced, key: key, owner: "anna")
            }
            _ = try await bench.claim(2)
            bench.time.advance(by: .minutes(6))
            _ = try await bench.parcels.start([:], in: .announced, owner: "ben")
            try await bench.compareSearches()
        },
    ]
}

extension Bench {
    /// Where the feed is now.
    fileprivate func now() async throws -> FeedCursor {
        try await store.feed("parcel", from: nil, limit: 1).horizon
    }

    /// All lines from a place on.
    fileprivate func lines(from start: FeedCursor, limit: Int) async throws -> [FeedEntry] {
        var lines: [FeedEntry] = []
        var page = FeedPage(entries: [], horizon: start, hasMore: true)
        while page.hasMore {
            page = try await store.feed("parcel", from: page.horizon, limit: limit)
            try require(page.entries.count <= limit, "a page of \(limit) has \(page.entries.count) lines")
            lines += page.entries
        }
        return lines
    }

    /// Jobs that go different ways to an end; the first one is Anna's.
    fileprivate func journeys() async throws -> [JobID] {
        let first = try await parcels.start([:], in: .announced, owner: "anna").id
        let second = try await parcels.start([:], in: .queued).id
        try await parcels.move(first, to: .queued)
        for record in try await claim() { try await apply(.move(to: "review"), record) }
        for id in [first, second] { try await parcels.move(id, to: .delivered, by: .operator("op")) }
        let third = try await parcels.start([:], in: .queued).id
        try await parcels.cancel(third, by: .operator("op"))
        return [first, second, third]
    }

    /// Asks for every combination of conditions, and compares with what the record says of itself.
    fileprivate func compareSearches() async throws {
        let definition = parcels.definition
        let all = try await store.find(JobQuery("parcel")).sorted { $0.id > $1.id }
        let statusLists: [[String]?] = [
            nil, [], ["queued"], ["delivered", "withdrawn"], ["announced", "packing", "delivered"],
        ]
        for statuses in statusLists {
            for isLive in [nil, true, false] {
                for bits in 0..<16 {
                    var query = JobQuery("parcel")
                    query.statuses = statuses
                    query.isLive = isLive
                    if bits & 1 != 0 { query.owner = "anna" }
                    if bits & 2 != 0 { query.key = "a" }
                    if bits & 4 != 0 { query.isStuck = true }
                    if bits & 8 != 0 { query.audience = .adminRequired }
                    for newestFirst in [true, false] {
                        query.newestFirst = newestFirst
                        query.limit = newestFirst ? 100 : 2
                        let wanted = all.filter {
                            query.matches($0, definition: definition, now: time.now())
                        }
                        let seen = try await store.find(query)
                        let right = (newestFirst ? wanted : wanted.reversed()).prefix(query.limit)
                        try equal(seen.map(\.id), right.map(\.id), "found by \(query)")
                    }
                }
            }
        }
    }
}
