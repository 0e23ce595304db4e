/// The score above which a row counts as an anomaly.
///
/// A modified z-score above 3.5, that is median + 3.5 · MAD / 0.6745 (Iglewicz and Hoaglin, "How to Detect and
/// Handle Outliers", 1993), but at most a tenth of the rows, which is the default contamination of PyOD's
/// detectors (Zhao, Nasrullah and Li, "PyOD: A Python Toolbox for Scalable Outlier Detection", JMLR 20, 2019).
enum Threshold {
    /// The largest share of rows that are called anomalies.
    static let largestShare = 0.1

    /// The threshold of these scores; those that are not finite are left out.
    static func of(_ scores: [Float]) -> Double {
        let sorted = scores.filter(\.isFinite).sorted()
        guard let median = middle(of: sorted) else { return 0 }
        let distances = sorted.map { abs($0 - median) }.sorted()
        let deviation = Double(middle(of: distances) ?? 0)
        let robust = Double(median) + 3.5 * deviation / 0.6745
        let tenth = sorted[min(sorted.count - 1, Int(Double(sorted.count) * (1 - largestShare)))]
        return max(robust, Double(tenth))
    }

    private static func middle(of sorted: [Float]) -> Float? {
        guard !sorted.isEmpty else { return nil }
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }
}
