/// What an analysis found out about a table as a whole; kept as JSON beside its rows.
struct AnalysisDetails: Codable, Hashable, Sendable {
    /// A column that was not used, and why.
    struct Ignored: Codable, Hashable, Sendable {
        var column: String
        var reason: String
    }

    /// The rows of the table.
    var rows: Int
    /// The names of the columns, left to right.
    var columns: [String]
    /// How many rows score above the threshold.
    var anomalies: Int
    /// The sheet that was read, for a workbook.
    var sheet: String?
    /// Columns that were not used.
    var ignored: [Ignored]
    /// Sentences about what had to be assumed while reading.
    var warnings: [String]
    /// How the scores are spread.
    var histogram: Histogram
    /// What the training was seeded with.
    var seed: UInt32
    /// The seconds of reading the file.
    var readingSeconds: Double
    /// The seconds of training and scoring.
    var detectingSeconds: Double

    private enum CodingKeys: String, CodingKey {
        case rows, columns, anomalies, sheet, ignored, warnings, histogram, seed
        case readingSeconds = "reading_seconds"
        case detectingSeconds = "detecting_seconds"
    }
}
