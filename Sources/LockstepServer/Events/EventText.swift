import Lockstep
import NIOCore

/// A line of a feed as streams send it; it is written once for all of them.
final class PublishedEvent: Sendable {
    let lifecycle: String
    let job: JobID
    let number: Int64
    let cursor: FeedCursor
    /// Everything behind the id.
    let text: ByteBuffer

    init(_ line: FeedEntry, of lifecycle: String) throws {
        self.lifecycle = lifecycle
        job = line.entry.job
        number = line.entry.number
        cursor = line.cursor
        text = try EventText.event(line.entry, of: lifecycle, owner: line.owner)
    }
}

/// Server-sent events as text (HTML Living Standard, section 9.2).
enum EventText {
    /// What a stream begins with: how long a client waits before it comes back, in milliseconds.
    static let opening = ByteBuffer(string: "retry: 1000\n\n")
    /// A sign of life: a comment.
    static let heartbeat = ByteBuffer(string: ": still here\n\n")

    /// A last word to people; programs come back by themselves.
    static func farewell(_ words: String) -> ByteBuffer { ByteBuffer(string: ": \(words)\n\n") }

    /// The id of the event that follows.
    static func id(_ id: some CustomStringConvertible) -> String { "id: \(id)\n" }

    /// An event without its id. JSON has no line breaks, so that it is one line.
    static func event(_ entry: HistoryEntry, of lifecycle: String, owner: String?) throws -> ByteBuffer {
        let document = EventDocument(entry: entry, lifecycle: lifecycle, owner: owner)
        return ByteBuffer(
            string: "event: \(entry.kind.rawValue)\ndata: \(try JSONText.encode(document))\n\n")
    }

    /// The progress of a job, which has no id: it is no line of the history.
    static func progress(_ job: JobRecord) throws -> ByteBuffer {
        ByteBuffer(string: "event: progress\ndata: \(try JSONText.encode(ProgressDocument(job: job)))\n\n")
    }
}

/// A line of a history with whose it is.
private struct EventDocument: Encodable {
    let entry: HistoryEntry
    let lifecycle: String
    let owner: String?

    private enum Key: String, CodingKey { case lifecycle, job, owner }

    func encode(to encoder: any Encoder) throws {
        try entry.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(lifecycle, forKey: .lifecycle)
        try container.encode(entry.job, forKey: .job)
        try container.encode(owner, forKey: .owner)
    }
}

/// How far a job has come within its status.
private struct ProgressDocument: Encodable {
    let job: JobRecord

    private enum Key: String, CodingKey {
        case lifecycle, job, owner, status, progress, at
        case detail = "progress_detail"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(job.lifecycle, forKey: .lifecycle)
        try container.encode(job.id, forKey: .job)
        try container.encode(job.owner, forKey: .owner)
        try container.encode(job.status, forKey: .status)
        try container.encode(job.progress, forKey: .progress)
        try container.encode(job.progressDetail, forKey: .detail)
        try container.encode(job.updatedAt, forKey: .at)
    }
}

/// How far a stream of many jobs has come: the id of its events.
struct EventPlaces: Hashable, CustomStringConvertible {
    /// The one lifecycle that it is about; `nil` for all of them.
    let lifecycle: String?
    var cursors: [String: FeedCursor]

    init(of lifecycle: String?, _ cursors: [String: FeedCursor]) {
        self.lifecycle = lifecycle
        self.cursors = lifecycle.map { name in cursors.filter { $0.key == name } } ?? cursors
    }

    /// Reads the id of an event.
    /// - Returns: `nil` when it is none of such a stream.
    init?(of lifecycle: String?, _ text: String) {
        self.lifecycle = lifecycle
        cursors = [:]
        if let lifecycle {
            guard let cursor = FeedCursor(text) else { return nil }
            cursors[lifecycle] = cursor
            return
        }
        for part in text.split(separator: ";", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", omittingEmptySubsequences: false)
            guard pair.count == 2, !pair[0].isEmpty, let cursor = FeedCursor(pair[1]) else { return nil }
            cursors[String(pair[0])] = cursor
        }
    }

    var description: String {
        if let lifecycle { return cursors[lifecycle]?.text ?? FeedCursor.beginning.text }
        return cursors.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
    }
}
