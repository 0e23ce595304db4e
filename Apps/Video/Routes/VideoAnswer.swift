import Lockstep

/// A video as the API shows it.
struct VideoAnswer: Encodable {
    private let view: VideoService.View
    private let hasQuick: Bool
    private let hasDeep: Bool

    init(_ view: VideoService.View, hasQuick: Bool, hasDeep: Bool) {
        self.view = view
        self.hasQuick = hasQuick
        self.hasDeep = hasDeep
    }

    /// The stage of a status, as the protocol writes it: `AWAITING_UPLOAD`.
    static func stage(_ status: String) -> String { status.uppercased() }

    private enum Key: String, CodingKey {
        case status, stage, progress, detail, filename, size, attempt, reason, results
        case job = "job_id"
        case session = "session_id"
        case contentType = "content_type"
        case createdAt = "created_at"
        case enteredAt = "entered_at"
        case endedAt = "ended_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        let record = view.job.record
        try container.encode(record.id, forKey: .job)
        try container.encode(view.video.session, forKey: .session)
        try container.encode(record.status, forKey: .status)
        try container.encode(Self.stage(record.status), forKey: .stage)
        try container.encode(record.progress, forKey: .progress)
        try container.encode(record.progressDetail, forKey: .detail)
        try container.encode(view.video.filename, forKey: .filename)
        try container.encode(view.video.contentType, forKey: .contentType)
        try container.encode(view.video.size, forKey: .size)
        try container.encode(record.attempt, forKey: .attempt)
        try container.encode(record.failure?.message, forKey: .reason)
        try container.encode(record.createdAt, forKey: .createdAt)
        try container.encode(record.enteredAt, forKey: .enteredAt)
        try container.encode(record.endedAt, forKey: .endedAt)
        try container.encode(["quick": hasQuick, "deep": hasDeep], forKey: .results)
    }
}

/// What was found in a video. The quick part is there while the deep one is being found.
struct ResultAnswer: Encodable {
    let job: JobID
    let status: String
    let quick: QuickResult
    let deep: DeepResult?

    private enum Key: String, CodingKey {
        case status, quick, deep, artefacts
        case job = "job_id"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(job, forKey: .job)
        try container.encode(status, forKey: .status)
        try container.encode(quick, forKey: .quick)
        try container.encode(deep, forKey: .deep)
        let names = quick.thumbnails.map(\.name) + (deep?.reel.map { [$0.name] } ?? [])
        let urls = names.map { ($0, "/api/videos/\(job.text)/artefacts/\($0)") }
        try container.encode(Dictionary(urls, uniquingKeysWith: { $1 }), forKey: .artefacts)
    }
}
