import ContentRendering
import ContentWriting
import Lockstep

/// A request as the API shows it: its row of `content_requests`, with what is known of its video.
struct RequestAnswer: Encodable {
    private let view: ContentService.View

    init(_ view: ContentService.View) { self.view = view }

    private struct Video: Encodable {
        let url: String
        let captions: String
        let facts: VideoFacts

        private enum Key: String, CodingKey { case url, captions }

        func encode(to encoder: any Encoder) throws {
            try facts.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(url, forKey: .url)
            try container.encode(captions, forKey: .captions)
        }
    }

    private enum Key: String, CodingKey {
        case id, question, status, reason, attempt, video
        case progress = "progress_percentage"
        case stage = "current_stage"
        case metadata = "request_metadata"
        case isStuck = "is_stuck"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case endedAt = "ended_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let (row, record) = (view.row, view.job.record)
        try container.encode(row.id, forKey: .id)
        try container.encode(row.question, forKey: .question)
        try container.encode(row.status.rawValue, forKey: .status)
        try container.encode(row.progress, forKey: .progress)
        try container.encode(row.stage, forKey: .stage)
        try container.encode(row.metadata, forKey: .metadata)
        try container.encode(record.failure?.message, forKey: .reason)
        try container.encode(record.attempt, forKey: .attempt)
        try container.encode(view.isStuck, forKey: .isStuck)
        try container.encode(row.createdAt, forKey: .createdAt)
        try container.encode(row.updatedAt, forKey: .updatedAt)
        try container.encode(record.endedAt, forKey: .endedAt)
        let path = "/api/content/requests/\(row.id)"
        let video = view.video.map { Video(url: "\(path)/video", captions: "\(path)/captions", facts: $0) }
        try container.encode(video, forKey: .video)
    }
}
