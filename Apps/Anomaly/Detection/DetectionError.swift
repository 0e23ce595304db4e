/// Why a table cannot be searched for anomalies.
public enum DetectionError: Error, Equatable, CustomStringConvertible {
    /// The table has fewer than two rows.
    case tooFewRows(Int)
    /// No column that can be used has two different values.
    case nothingVaries

    /// One sentence for the person who brought the table.
    public var description: String {
        switch self {
        case .tooFewRows(let count):
            "The table has \(count == 1 ? "1 row" : "\(count) rows"), and at least 2 are needed to compare."
        case .nothingVaries:
            "No column of the table has numbers, dates or a few repeated texts that differ between rows, "
                + "so no row can stand out; bring a table with at least one such column."
        }
    }
}
