/// The area under the ROC curve: the chance that a random anomaly scores above a random normal row, a tie
/// counting as half.
///
/// Computed from ranks, tied scores sharing their mean rank, as the Mann–Whitney U statistic (Hanley and
/// McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve",
/// Radiology 143, 1982).
///
/// - Parameters:
///   - scores: one score per row, higher meaning more anomalous.
///   - labels: one label per row, `true` for an anomaly; as many as `scores`.
/// - Returns: a number from 0 to 1, or `nil` when the counts differ, a score is not a number, or one of the
///   two classes is absent.
public func rocAUC(scores: [Float], labels: [Bool]) -> Double? {
    guard scores.count == labels.count, !scores.contains(where: \.isNaN) else { return nil }
    let positives = labels.count { $0 }
    let negatives = labels.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
        let sharedRank = Double(start + 1 + end) / 2
        let tied = order[start..<end].count { labels[$0] }
        rankSum += sharedRank * Double(tied)
        start = end
    }
    let above = rankSum - Double(positives) * Double(positives + 1) / 2
    return above / (Double(positives) * Double(negatives))
}
