import Hummingbird
import HTTPTypes
import Lockstep

/// A job as the API shows it. Times are ISO 8601 in UTC with microseconds; what is not there is `null`.
public struct JobDocument: Sendable {
    private let record: JobRecord

    /// The document of a job.
    public init(_ record: JobRecord) { self.record = record }

    /// The document as JSON text.
    /// - Parameters:
    ///   - reused: whether the job was there before; left out when `nil`.
    ///   - allowed: what the asker may do with it; left out when `nil`.
    public func json(reused: Bool? = nil, allowed: AllowedActions? = nil) -> String {
        var writer = JSONWriter()
        write(to: &writer, reused: reused, allowed: allowed)
        return writer.text
    }

    /// The document as an answer, with the job's ETag.
    func response(
        status: HTTPResponse.Status = .ok, reused: Bool? = nil, allowed: AllowedActions? = nil,
        headers: HTTPFields = [:]
    ) -> Response {
        var writer = JSONWriter(capacity: 1024 + record.input.utf8.count)
        write(to: &writer, reused: reused, allowed: allowed)
        var headers = headers
        headers[.eTag] = record.etag
        return .json(writer, status: status, headers: headers)
    }

    /// Writes the document. The members are those of `JobHead`, and the job's data.
    func write(to json: inout JSONWriter, reused: Bool? = nil, allowed: AllowedActions? = nil) {
        json.raw("{")
        writeHead(to: &json)
        if let reused {
            json.name("reused")
            json.bool(reused)
        }
        if let allowed { Self.write(allowed, to: &json) }
        // Input, output and metadata are JSON text already; they go in as they are, without being rounded.
        json.name("input")
        Self.write(data: record.input, to: &json)
        json.name("output")
        Self.write(data: record.output ?? "null", to: &json)
        json.name("metadata")
        Self.write(data: record.metadata, to: &json)
        json.raw("}")
    }

    private func writeHead(to json: inout JSONWriter) {
        json.name("id")
        json.string(record.id.text)
        json.name("lifecycle")
        json.string(record.lifecycle)
        json.name("status")
        json.string(record.status)
        json.name("owner")
        json.string(record.owner)
        json.name("key")
        json.string(record.key)
        json.name("priority")
        json.integer(record.priority)
        json.name("progress")
        json.integer(record.progress)
        json.name("progress_detail")
        json.string(record.progressDetail)
        json.name("failure")
        Self.write(record.failure, to: &json)
        json.name("attempt")
        json.integer(record.attempt)
        json.name("fence")
        json.integer(record.fence)
        json.name("parked")
        json.bool(record.parkedAt != nil)
        json.name("hold")
        json.string(record.hold)
        json.name("version")
        json.integer(record.version)
        json.name("created_at")
        json.time(record.createdAt)
        json.name("updated_at")
        json.time(record.updatedAt)
        json.name("entered_at")
        json.time(record.enteredAt)
        json.name("ended_at")
        json.time(record.endedAt)
        json.name("deadline")
        json.time(record.deadline)
        json.name("available_at")
        json.time(record.availableAt)
    }

    private static func write(_ failure: Failure?, to json: inout JSONWriter) {
        guard let failure else { return json.null() }
        json.raw("{")
        json.name("audience")
        json.string(failure.audience.rawValue)
        json.name("code")
        json.string(failure.code)
        json.name("message")
        json.string(failure.message)
        if let pause = failure.retryAfter {
            json.name("retry_after")
            json.string(pause.description)
        }
        json.raw("}")
    }

    private static func write(_ allowed: AllowedActions, to json: inout JSONWriter) {
        json.name("allowed")
        json.raw("{")
        json.name("moves")
        json.strings(allowed.moves)
        json.name("actions")
        json.strings(allowed.actions.map(\.rawValue))
        json.name("holds")
        json.strings(allowed.holds)
        json.raw("}")
    }

    /// A text that is no JSON (somebody wrote to the table by hand) must not break the whole document: it is shown
    /// as a string.
    private static func write(data text: String, to json: inout JSONWriter) {
        if text == "{}" || JSONScanner.isValid(text) { json.raw(text) } else { json.string(text) }
    }
}
