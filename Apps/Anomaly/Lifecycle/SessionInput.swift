/// What a session is started with: ids only, so that erasing a dataset leaves nothing of it in the jobs.
public struct SessionInput: Codable, Hashable, Sendable {
    /// The dataset.
    public var dataset: String
    /// For a triage: the completed analysis whose rows are explained.
    public var analysis: String?
    /// Decides the random draws of the training: the same file and seed give the same scores.
    public var seed: UInt32

    /// Makes an input.
    public init(dataset: String, analysis: String? = nil, seed: UInt32 = 1) {
        self.dataset = dataset
        self.analysis = analysis
        self.seed = seed
    }

    private enum CodingKeys: String, CodingKey {
        case dataset = "dataset_id"
        case analysis = "analysis_session_id"
        case seed
    }

    /// Reads an input; a seed that is left out is 1.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        dataset = try container.decode(String.self, forKey: .dataset)
        analysis = try container.decodeIfPresent(String.self, forKey: .analysis)
        seed = try container.decodeIfPresent(UInt32.self, forKey: .seed) ?? 1
    }
}
