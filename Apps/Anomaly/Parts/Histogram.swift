/// How the scores of all rows are spread: counts in equal steps between the least and the greatest.
struct Histogram: Codable, Hashable, Sendable {
    /// The least score.
    var least: Double
    /// The greatest score that has a bin of its own; what lies beyond is counted in the last one.
    var greatest: Double
    /// The number of rows in each step.
    var counts: [Int]

    /// Counts scores in `bins` steps.
    ///
    /// A few rows may score thousands of times the median. So that the rest does not end up in one bin, the
    /// axis ends at four times the threshold, or at the greatest score when that is less.
    init(_ scores: [Float], threshold: Double, bins: Int = 60) {
        let finite = scores.lazy.filter(\.isFinite)
        let low = Double(finite.min() ?? 0)
        let end = min(Double(finite.max() ?? 0), max(threshold * 4, low))
        var counts = [Int](repeating: 0, count: bins)
        let width = end - low
        for score in finite {
            let place =
                width > 0
                ? Int(((Double(score) - low) / width * Double(bins)).clamped(to: 0, Double(bins))) : 0
            counts[min(bins - 1, place)] += 1
        }
        least = low
        greatest = end
        self.counts = counts
    }
}

extension Double {
    fileprivate func clamped(to low: Double, _ high: Double) -> Double { min(max(self, low), high) }
}
