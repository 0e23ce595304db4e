import Lockstep

/// The result of an analysis as the API shows it.
struct AnomaliesAnswer: Encodable {
    /// A row as the API shows it, its cells by column name.
    struct Row: Encodable {
        fileprivate let row: AnomalousRow
        fileprivate let columns: [String]

        private enum CodingKeys: String, CodingKey {
            case rank, row, line, score, cells, contributions, explanation, refusal
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(row.rank, forKey: .rank)
            try container.encode(row.row, forKey: .row)
            try container.encode(row.line, forKey: .line)
            try container.encode(row.score, forKey: .score)
            let named = Dictionary(zip(columns, row.cells), uniquingKeysWith: { first, _ in first })
            try container.encode(named, forKey: .cells)
            try container.encode(row.contributions, forKey: .contributions)
            try container.encodeIfPresent(row.explanation, forKey: .explanation)
            try container.encodeIfPresent(row.refusal, forKey: .refusal)
        }
    }

    private let session: String
    private let dataset: String
    private let threshold: Double
    private let count: Int
    private let details: AnalysisDetails
    private let rows: [Row]

    init(_ result: AnalysisResult, rows: [AnomalousRow]) {
        session = result.session.text
        dataset = result.dataset
        threshold = result.threshold
        count = result.details.anomalies
        details = result.details
        self.rows = rows.map { Row(row: $0, columns: result.details.columns) }
    }

    private enum CodingKeys: String, CodingKey {
        case session = "session_id"
        case dataset = "dataset_id"
        case count = "anomaly_count"
        case rows = "anomalies"
        case threshold
        case details = "table"
    }
}
