import LockstepServer

/// The default explainer: states the columns that deviate and by how much, from the analysis alone.
///
/// It sends nothing anywhere and always says the same about the same row.
public struct OfflineExplainer: Explainer {
    /// How many columns are named at most.
    private static let mostColumns = 3
    /// A column with a smaller share of the score than this is not named, the first one aside.
    private static let smallestShare = 0.05

    /// Makes the explainer.
    public init() {}

    /// Names the columns that make up most of the row's score.
    public func explain(_ row: AnomalousRow, columns: [String]) async throws -> Explanation {
        let named = row.contributions.enumerated().filter { index, contribution in
            index == 0 || (index < Self.mostColumns && contribution.share >= Self.smallestShare)
        }.map(\.element)
        guard !named.isEmpty else {
            return .text("No single column stands out; the row is unusual as a whole.")
        }
        let sentences = named.map { Self.sentence(for: $0) }
        let share = named.reduce(0) { $0 + $1.share }
        let words = named.count == 1 ? "This column makes" : "These columns make"
        return .text(
            sentences.joined(separator: " ") + " \(words) up \(Figures.percent(share)) of its score.")
    }

    private static func sentence(for contribution: Contribution) -> String {
        let column = "`\(contribution.column)`"
        if contribution.value.isEmpty {
            guard let frequency = contribution.frequency else { return "\(column) is empty." }
            return "\(column) is empty, as in \(Figures.percent(frequency)) of the rows."
        }
        if let deviation = contribution.deviation, let mean = contribution.mean {
            let value = Figures.grouped(contribution.value)
            let distance = abs(deviation)
            if distance < 1.5 {
                let expected = contribution.expected.map {
                    "; beside the other columns about "
                        + "\(Figures.grouped($0)) was to be expected"
                }
                return "\(column) is \(value), ordinary by itself but unusual together with the rest"
                    + "\(expected ?? "")."
            }
            let side = deviation > 0 ? "above" : "below"
            return
                "\(column) is \(value), \(Figures.short(distance)) standard deviations \(side) the mean of "
                + "\(Figures.short(mean))."
        }
        if let frequency = contribution.frequency {
            return
                "\(column) is \"\(contribution.value)\", a value that \(Figures.percent(frequency)) of the rows have."
        }
        return "\(column) is \(contribution.value), which does not fit the rest of the row."
    }
}
