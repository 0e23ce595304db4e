import Foundation

/// Asks questions as any client may.
extension Client {
    private static let requests = "/api/content/requests"

    private struct Asked: Encodable { let question: String }

    /// Asks a question.
    func ask(_ question: String) async throws -> Replies.ContentRequest {
        try await call("POST", Self.requests, body: try JSONEncoder().encode(Asked(question: question)))
            .json()
    }

    /// Says a question more exactly.
    func refine(_ id: String, to question: String) async throws -> Replies.ContentRequest {
        let body = try JSONEncoder().encode(Asked(question: question))
        return try await call("POST", "\(Self.requests)/\(id)/clarification", body: body).json()
    }

    func contentRequest(_ id: String) async throws -> Replies.ContentRequest {
        try await call("GET", "\(Self.requests)/\(id)").json()
    }

    /// Stops a request.
    func stop(_ id: String) async throws -> Replies.ContentRequest {
        try await call("POST", "\(Self.requests)/\(id)/cancel", body: Data("{}".utf8)).json()
    }

    /// The video of a request, which may not be there.
    func contentVideo(_ id: String) async throws -> Reply {
        try await send("GET", "\(Self.requests)/\(id)/video")
    }

    /// Delivers a message as a push service would.
    func push(_ body: Data) async throws -> Reply { try await send("POST", "/internal/push", body: body) }
}

extension Replies {
    struct ContentRequest: Decodable {
        struct Metadata: Decodable {
            struct Clarification: Decodable {
                let questions: [String]
                let reasoning: String
            }
            let clarification: Clarification?
        }
        struct Video: Decodable {
            struct Chapter: Decodable { let title: String }
            struct Source: Decodable { let id: String }
            let seconds: Double
            let bytes: Int
            let chapters: [Chapter]
            let sources: [Source]
            let readingTime: Double
            private enum CodingKeys: String, CodingKey {
                case seconds, bytes, chapters, sources
                case readingTime = "reading_time"
            }
        }
        let id: String
        let status: String
        let progress: Int
        let stage: String
        let metadata: Metadata
        let reason: String?
        let video: Video?

        private enum CodingKeys: String, CodingKey {
            case id, status, reason, video
            case progress = "progress_percentage"
            case stage = "current_stage"
            case metadata = "request_metadata"
        }
    }

    struct PushReceipt: Decodable {
        let result: String
        let code: String?
    }
}
