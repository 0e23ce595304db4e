/// A job as JSON text, all of it: ``JobHead`` and behind it `input`, `output` and `metadata`, word by word as they are
/// kept, so that no number is rounded.
public enum JobText {
    /// The text.
    /// - Parameter more: further members, by name, as JSON text; they come last.
    public static func encode(_ record: JobRecord, _ more: [(name: String, json: String)] = []) throws
        -> String
    {
        let free = record.input.utf8.count + record.metadata.utf8.count + (record.output?.utf8.count ?? 0)
        var line = JSONLine(reserving: 1024 + free)
        line.member("id", record.id.text)
        line.member("lifecycle", record.lifecycle)
        line.member("status", record.status)
        line.member("owner", record.owner)
        line.member("key", record.key)
        line.member("priority", record.priority)
        line.member("progress", record.progress)
        line.member("progress_detail", record.progressDetail)
        line.member("failure", trusted: try record.failure.map(JSONText.encode) ?? "null")
        line.member("attempt", record.attempt)
        line.member("fence", record.fence)
        line.member("parked", record.parkedAt != nil)
        line.member("hold", record.hold)
        line.member("version", record.version)
        line.member("created_at", record.createdAt)
        line.member("updated_at", record.updatedAt)
        line.member("entered_at", record.enteredAt)
        line.member("ended_at", record.endedAt)
        line.member("deadline", record.deadline)
        line.member("available_at", record.availableAt)
        line.member("input", json: record.input)
        line.member("output", json: record.output ?? "null")
        line.member("metadata", json: record.metadata)
        for member in more { line.member(member.name, trusted: member.json) }
        return line.closed()
    }
}
