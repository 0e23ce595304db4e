import Hummingbird
import Lockstep
import LockstepServer
import LockstepUploads

/// The two ends of an upload: announced, and there. What lies between is between the client and the storage.
struct UploadRoutes: Sendable {
    let service: VideoService

    private struct BegunAnswer: Encodable {
        let jobID: String
        let sessionID: String
        let upload: PermitDocument
        private enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case sessionID = "session_id"
            case upload
        }
    }

    private struct CompletedAnswer: Encodable {
        let jobID: String
        let status: String
        let stage: String
        let progress: Int
        let message: String
        private enum CodingKeys: String, CodingKey {
            case jobID = "job_id"
            case status, stage, progress, message
        }
    }

    func add(to group: RouterGroup<AppContext>) {
        group.post("/videos/upload/initiate") { try await initiate($0, $1) }
        group.post("/videos/upload/complete") { try await complete($0, $1) }
    }

    private func initiate(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try context.requirePerson(to: "send videos")
        let body = try await RequestObject(
            reading: request, fields: ["session_id", "filename", "content_type", "size", "sha256"])
        let session = try body.text("session_id", longest: 100).map { text in
            guard let id = JobID(text) else {
                throw Problem.unprocessable(
                    "'session_id' must be a UUID; leave it out to begin a new session")
            }
            return id
        }
        let begun = try await service.begin(
            VideoService.Wish(
                session: session,
                filename: try body.requiredText("filename", longest: Announcement.longestFilename),
                contentType: try body.requiredText("content_type", longest: 255),
                size: Int64(try body.requiredInteger("size", in: 1...Int.max)),
                sha256: try body.text("sha256", longest: 64)), owner: identity.user)
        return try Response.json(
            encoding: BegunAnswer(
                jobID: begun.job.text, sessionID: begun.session.text,
                upload: PermitDocument(begun.permit, for: request)), status: .created)
    }

    private func complete(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try context.requirePerson(to: "send videos")
        let body = try await RequestObject(reading: request, fields: ["job_id"])
        guard let job = JobID(try body.requiredText("job_id", longest: 100)) else { throw Problem.noVideo }
        let completion = try await service.complete(job, identity: identity)
        let message: String
        switch completion {
        case .refused(let failure, let record):
            throw Problem(
                .badRequest, code: failure.code, failure.message,
                extensions: [
                    "job_id": .string(record.id.text), "job_status": .string(record.status),
                    "stage": .string(VideoAnswer.stage(record.status)),
                ])
        case .verified: message = "Upload verified - the analysis will begin"
        case .alreadyProcessed: message = Completion.alreadyProcessed
        }
        let record = completion.record
        return try Response.json(
            encoding: CompletedAnswer(
                jobID: record.id.text, status: record.status, stage: VideoAnswer.stage(record.status),
                progress: record.progress, message: message))
    }
}
