/// What the in-memory store reads of all histories together.
extension MemoryStore.State {
    func page(_ lifecycle: String, from cursor: FeedCursor?, limit: Int) throws(Refusal) -> FeedPage {
        _ = try definition(lifecycle)
        guard let cursor else {
            return FeedPage(entries: [], horizon: FeedCursor(number: Int64(feed.count)), hasMore: false)
        }
        let start = try cursor.number(in: lifecycle)
        var found: [(place: Int64, entry: HistoryEntry?, owner: String?)] = []
        var place = max(0, min(start, Int64(feed.count)))
        while place < Int64(feed.count), found.count <= limit {
            defer { place += 1 }
            let line = feed[Int(place)]
            guard let job = jobs[line.job], job.lifecycle == lifecycle,
                let entry = history[line.job]?.first(where: { $0.number == line.number })
            else { continue }
            found.append((place, entry, job.owner))
        }
        return FeedPage(numbered: found, from: place, limit: limit)
    }

    func activity(
        _ lifecycle: String, since: Timestamp, slice: Int64
    ) throws(Refusal) -> [ActivityBucket] {
        _ = try definition(lifecycle)
        var counts: [ActivityBucket: Int] = [:]
        for record in jobs.values where record.lifecycle == lifecycle {
            for entry in history[record.id] ?? [] where entry.at >= since {
                let past = entry.at.microseconds - since.microseconds
                let start = Timestamp(microseconds: entry.at.microseconds - past % slice)
                counts[ActivityBucket(start: start, kind: entry.kind, to: entry.to, count: 0), default: 0] +=
                    1
            }
        }
        return counts.map { bucket, count in
            ActivityBucket(start: bucket.start, kind: bucket.kind, to: bucket.to, count: count)
        }.sorted(by: ActivityBucket.order)
    }
}
