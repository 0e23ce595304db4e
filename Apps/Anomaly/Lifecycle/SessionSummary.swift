/// What a session leaves behind in its job: numbers only.
///
/// Names of columns and sheets are the user's and live with the results, which are erased with the dataset;
/// the job outlives it until its retention ends.
public struct SessionSummary: Codable, Hashable, Sendable {
    /// The rows of the table.
    public var rows: Int?
    /// The columns of the table.
    public var columns: Int?
    /// How many columns were not used.
    public var ignoredColumns: Int?
    /// How many rows score above the threshold.
    public var anomalies: Int?
    /// The score above which a row counts as an anomaly.
    public var threshold: Double?
    /// The seconds of reading the file.
    public var readingSeconds: Double?
    /// The seconds of training and scoring.
    public var detectingSeconds: Double?
    /// For a triage: how many rows were explained.
    public var explained: Int?
    /// For a triage: for how many rows the explainer refused to answer.
    public var refused: Int?

    /// Makes an empty summary.
    public init() {}

    private enum CodingKeys: String, CodingKey {
        case rows, columns, anomalies, threshold, explained, refused
        case ignoredColumns = "ignored_columns"
        case readingSeconds = "reading_seconds"
        case detectingSeconds = "detecting_seconds"
    }
}
