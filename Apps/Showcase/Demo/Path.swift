/// A session's way through its statuses, read out of its history.
struct Path: Sendable {
    /// The statuses, in order.
    let statuses: [String]
    /// The way with the time spent in each status, for people.
    let description: String
    /// From the start to the end.
    let seconds: Double

    init(_ entries: [Replies.Entry]) {
        let moves = entries.filter { $0.from != $0.to }
        statuses = moves.map(\.to)
        var words: [String] = []
        for (index, move) in moves.enumerated() {
            let next = index + 1 < moves.count ? moves[index + 1] : nil
            words.append(
                next.map { "\(move.to) (\(Seconds.text(Seconds.between(move.at, $0.at))))" } ?? move.to)
        }
        description = words.joined(separator: " → ")
        if let first = moves.first, let last = moves.last {
            seconds = Seconds.between(first.at, last.at)
        } else {
            seconds = 0
        }
    }
}
