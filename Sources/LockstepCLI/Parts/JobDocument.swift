import Lockstep

/// A job as JSON, with the names that the server's API uses, and what an operator needs beside.
struct JobDocument: Encodable {
    private let record: JobRecord

    init(_ record: JobRecord) { self.record = record }

    enum Key: String, CodingKey {
        case input, output, metadata
        case claimedBy = "claimed_by"
        case parkedAt = "parked_at"
    }

    func encode(to encoder: any Encoder) throws {
        try JobHead(record).encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(record.claimedBy, forKey: .claimedBy)
        try container.encode(record.parkedAt, forKey: .parkedAt)
        try container.encode(Self.value(record.input), forKey: .input)
        try container.encode(record.output.map(Self.value), forKey: .output)
        try container.encode(Self.value(record.metadata), forKey: .metadata)
    }

    /// A text that is no JSON (somebody wrote to the table by hand) is shown as a string.
    private static func value(_ text: String) -> JSONValue {
        do {
            return try JSONValue(parsing: text)
        } catch {
            return .string(text)
        }
    }
}

/// A refusal as JSON.
struct RefusalDocument: Encodable {
    let code: String
    let message: String
    let from: String?
    let to: String?
    let allowed: [String]?

    init(_ refusal: Refusal) {
        code = refusal.code.rawValue
        message = refusal.message
        from = refusal.from
        to = refusal.to
        allowed = refusal.allowed
    }
}
