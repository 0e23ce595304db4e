import Lockstep

/// Which transactions a reader of the feed has seen: all before `next` but the open ones.
///
/// Transactions do not become visible in the order of their numbers. A reader who remembers which were open reads each
/// line once, however long any of them stays open, and reads nothing anew for that.
struct FeedSnapshot: Hashable {
    /// The first transaction that had no number yet.
    let next: Int64
    /// Those before it that were open, in order.
    let open: [Int64]

    /// So many open transactions are remembered. Beyond that it counts as unseen what came after them, and is given
    /// again: the text of a cursor has an end.
    private static let most = 64

    init(next: Int64, open: [Int64]) {
        self.next = open.count > Self.most ? open[Self.most] : next
        self.open = Array(open.prefix(Self.most))
    }

    /// Reads PostgreSQL's text of a `txid_snapshot`: `xmin:xmax:xip_list` ("txid_snapshot Components" in its manual).
    init?(server text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let next = Int64(parts[1]) else { return nil }
        let open = parts[2].split(separator: ",").compactMap { Int64($0) }
        self.init(next: next, open: open.sorted())
    }

    /// Reads ``text``.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let next = Int64(parts[0]) else { return nil }
        let names = parts.count == 2 ? parts[1].split(separator: ",", omittingEmptySubsequences: false) : []
        let open = names.compactMap { Int64($0) }
        guard open.count == names.count else { return nil }
        self.init(next: next, open: open.sorted())
    }

    /// `next`, then the open ones: `1005:1001,1003`.
    var text: String {
        open.isEmpty ? "\(next)" : "\(next):" + open.map(String.init).joined(separator: ",")
    }
}

/// A place in the feed: what was seen before, and within what has become visible since, a line.
struct FeedPlace: Hashable {
    /// What a read began with.
    var seen: FeedSnapshot
    /// What it reads up to, and how far it has come; `nil` for a read that is to begin.
    var within: Within?

    struct Within: Hashable {
        var until: FeedSnapshot
        var line: Line
    }

    /// A line by its transaction, the job's `seq`, and its number.
    struct Line: Hashable {
        var tx: Int64
        var job: Int64
        var number: Int64

        /// Before the first line of a transaction.
        static func beginning(of tx: Int64) -> Line { Line(tx: tx, job: .min, number: .min) }
    }

    init(seen: FeedSnapshot, within: Within? = nil) {
        self.seen = seen
        self.within = within
    }

    /// Reads the text of a cursor: `seen`, or `seen/until/tx.job.number`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let seen = FeedSnapshot(parts[0]) else { return nil }
        if parts.count == 1 {
            self.init(seen: seen)
            return
        }
        guard parts.count == 3, let until = FeedSnapshot(parts[1]) else { return nil }
        let line = parts[2].split(separator: ".", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard line.count == 3 else { return nil }
        self.init(
            seen: seen,
            within: Within(until: until, line: Line(tx: line[0], job: line[1], number: line[2])))
    }

    /// The cursor.
    var cursor: FeedCursor {
        guard let within else { return FeedCursor(stored: seen.text) }
        let line = "\(within.line.tx).\(within.line.job).\(within.line.number)"
        return FeedCursor(stored: "\(seen.text)/\(within.until.text)/\(line)")
    }

    /// Behind which line of each of the transactions that were open the next lines are.
    var unread: [Line] {
        guard let line = within?.line else { return seen.open.map(Line.beginning) }
        return seen.open.filter { $0 >= line.tx }.map { $0 == line.tx ? line : .beginning(of: $0) }
    }

    /// Behind which line those of all later transactions are.
    var later: Line {
        guard let line = within?.line, line.tx >= seen.next else { return .beginning(of: seen.next) }
        return line
    }
}
