/// One of the worst rows of an analysis.
public struct AnomalousRow: Codable, Hashable, Sendable {
    /// Its place among the worst, from 1.
    public var rank: Int
    /// Its row below the header, from 1.
    public var row: Int
    /// Its line in a CSV file, or its row in a sheet, where known.
    public var line: Int
    /// Its score: how badly the network reproduced it.
    public var score: Double
    /// The columns that make up the score, the largest share first.
    public var contributions: [Contribution]
    /// Its cells as text, in the order of the columns.
    public var cells: [String]
    /// What a triage wrote about it.
    public var explanation: String?
    /// Why the explainer refused to answer.
    public var refusal: String?
}
