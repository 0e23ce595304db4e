import Lockstep

/// A session as the API shows it.
struct SessionAnswer: Encodable {
    private let view: ExpenseService.View

    init(_ view: ExpenseService.View) { self.view = view }

    private enum Key: String, CodingKey {
        case id, status, progress, detail, attempt, failure, files, counts, flags
        case createdAt = "created_at"
        case enteredAt = "entered_at"
        case endedAt = "ended_at"
    }

    private struct File: Encodable {
        let place: Int
        let filename: String
        let size: Int64
        let sha256: String
        let phase: SessionFile.Phase
        let pages: Int?
        let transactions: Int?
    }

    private struct Flags: Encodable {
        let incomplete: Bool
        let unreconciled: Bool
        let duplicates: Bool
        let stuck: Bool
        let report: Bool
    }

    func encode(to encoder: any Encoder) throws {
        let record = view.job.record
        // A failed session that ran before has no numbers of its own.
        let summary =
            view.job.status == .completed || view.job.status == .expired ? try view.job.output() : nil
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.id, forKey: .id)
        try container.encode(record.status, forKey: .status)
        try container.encode(record.progress, forKey: .progress)
        try container.encode(record.progressDetail, forKey: .detail)
        try container.encode(record.attempt, forKey: .attempt)
        try container.encode(record.failure, forKey: .failure)
        try container.encode(record.createdAt, forKey: .createdAt)
        try container.encode(record.enteredAt, forKey: .enteredAt)
        try container.encode(record.endedAt, forKey: .endedAt)
        try container.encode(
            view.files.map {
                File(
                    place: $0.place, filename: $0.filename, size: $0.size, sha256: $0.sha256, phase: $0.phase,
                    pages: $0.pages, transactions: $0.transactions)
            }, forKey: .files)
        try container.encode(summary, forKey: .counts)
        try container.encode(
            Flags(
                incomplete: summary?.isIncomplete ?? false, unreconciled: (summary?.differences ?? 0) > 0,
                duplicates: (summary?.duplicates ?? 0) > 0, stuck: view.isStuck,
                report: view.job.status == .completed), forKey: .flags)
    }
}
