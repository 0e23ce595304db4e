import Lockstep
import LockstepTesting

/// A time in which nothing could be had, by the clock of the logs (``CallLog/now()``), and how the load came back.
struct Outage {
    /// When it began, in microseconds.
    let began: Int64
    /// When the server was there again, in microseconds.
    let ended: Int64
    /// How long before it the load is looked at, and how long a stretch of it afterwards, in seconds.
    private static let (before, stretch) = (4.0, 2.0)

    /// Answered calls for a second, before.
    func rateBefore(_ answers: [Int64]) -> Double {
        Self.rate(answers, from: began - Int64(Self.before * 1e6), seconds: Self.before)
    }

    /// When the first two seconds began in which the load was back, in seconds after the server was; `nil` when it
    /// never was.
    /// - Parameters:
    ///   - answers: when calls were answered, in order.
    ///   - part: of the load before.
    ///   - limit: how long it is looked for, in seconds.
    func recovery(_ answers: [Int64], part: Double = 0.9, limit: Double = 30) -> Double? {
        let wanted = rateBefore(answers) * part
        let last = (answers.last ?? 0) - Int64(Self.stretch * 1e6)
        for step in 0...Int(limit * 10) {
            let from = ended + Int64(step) * 100_000
            guard from <= last else { return nil }
            if Self.rate(answers, from: from, seconds: Self.stretch) >= wanted { return Double(step) / 10 }
        }
        return nil
    }

    /// When the first call was answered afterwards, in seconds after the server was there.
    func firstAnswer(_ answers: [Int64]) -> Double? {
        answers.first { $0 > ended }.map { Double($0 - ended) / 1e6 }
    }

    private static func rate(_ answers: [Int64], from: Int64, seconds: Double) -> Double {
        let to = from + Int64(seconds * 1e6)
        return Double(answers.count { $0 >= from && $0 < to }) / seconds
    }

    /// When the calls were answered that change something, in order.
    static func answers(_ calls: [LoggedCall]) -> [Int64] {
        calls.filter { $0.answer != .unknown && $0.call != "beat" }.compactMap(\.end).sorted()
    }
}

extension [Double] {
    /// The value below which this part of the numbers lies; 0 when there are none.
    func quantile(_ part: Double) -> Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return 0 }
        return sorted[Swift.min(sorted.count - 1, Int((Double(sorted.count - 1) * part).rounded()))]
    }
}
