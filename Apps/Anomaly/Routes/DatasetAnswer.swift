import Lockstep

/// A dataset as the API shows it in lists.
struct DatasetAnswer: Encodable {
    private let id: String
    private let filename: String
    private let size: Int64
    private let sha256: String
    private let createdAt: Timestamp
    private let status: DatasetStatus
    private let progress: Int

    init(_ view: AnomalyService.View) {
        id = view.dataset.id
        filename = view.dataset.filename
        size = view.dataset.size
        sha256 = view.dataset.sha256
        createdAt = view.dataset.createdAt
        status = view.status
        progress = view.progress
    }

    private enum CodingKeys: String, CodingKey {
        case id, filename, size, sha256, status, progress
        case createdAt = "created_at"
    }
}
