import Lockstep

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

/// Seconds for people.
enum Seconds {
    static func between(_ early: Timestamp, _ late: Timestamp) -> Double {
        Double((late - early).inMicroseconds) / 1_000_000
    }

    /// `0.42 s`, `3.1 s`, `85 s`.
    static func text(_ seconds: Double) -> String {
        let digits = seconds < 1 ? 2 : seconds < 20 ? 1 : 0
        return Decimals.text(seconds, digits: digits) + " s"
    }
}

/// Decimal numbers, the same in every locale.
enum Decimals {
    static func text(_ value: Double, digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((value * scale).rounded())
        guard digits > 0 else { return String(scaled) }
        let fraction = String(abs(scaled) % Int(scale))
        let sign = value < 0 ? "-" : ""
        return
            "\(sign)\(abs(scaled) / Int(scale)).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
    }
}
