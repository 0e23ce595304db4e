/// What one column adds to the score of a row, and how its cell compares with the column.
public struct Contribution: Codable, Hashable, Sendable {
    /// The column's name.
    public var column: String
    /// The cell as text; empty for an empty cell.
    public var value: String
    /// The share of the row's score, 0 to 1.
    public var share: Double
    /// What the network expected in the cell, where that can be said.
    public var expected: String?
    /// For a number: how many standard deviations it lies above (or, negative, below) the mean.
    public var deviation: Double?
    /// For a number: the column's mean.
    public var mean: Double?
    /// For a category or an empty cell: the share of the rows that have the same value, 0 to 1.
    public var frequency: Double?
}
