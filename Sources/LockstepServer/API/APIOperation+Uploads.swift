import HTTPTypes

extension APIOperation {
    var uploadRoute: APIRoute {
        switch self {
        case .announceUpload:
            APIRoute(
                rawValue, .post, "/v1/jobs/{id}/uploads", for: .people, tag: "Uploads",
                "Announces an upload that a job waits for, and permits it."
            ).with(
                body: .init(schema: "NewUpload", isRequired: true), refusals: [409, 501],
                answering: .json("Permit", status: 201, "Where to send it, and how."))
        case .completeUploads:
            APIRoute(
                rawValue, .post, "/v1/jobs/{id}/complete-uploads", for: .people, tag: "Uploads",
                "Says that the uploads were sent: they are verified, and the job moves on. May be repeated."
            ).with(
                body: .init(schema: "Nothing", isRequired: false), refusals: [409, 501],
                answering: .json("CompletedUploads", "The job as it is afterwards.", headers: ["ETag"]))
        case .listUploads:
            APIRoute(
                rawValue, .get, "/v1/jobs/{id}/uploads", for: .everybody, tag: "Uploads",
                "The uploads of a job, announced and verified."
            ).with(refusals: [501], answering: .json("UploadList", "The uploads, by name."))
        default:
            APIRoute(
                rawValue, .get, "/v1/jobs/{id}/uploads/{name}", for: .everybody, tag: "Uploads",
                "The bytes of a verified upload, or some of them."
            ).with(
                parameters: [
                    .header("Range", #"{"type": "string", "examples": ["bytes=0-1023"]}"#, "Which bytes."),
                    .header(
                        "If-Range", #"{"type": "string"}"#, "The ETag of the object that Range is meant for."),
                    .header("If-None-Match", #"{"type": "string"}"#, "The ETag of an object that is known."),
                ], refusals: [409, 416, 501],
                answering: .bytes(200, "All bytes."), .bytes(206, "The bytes that were asked for."),
                .empty(304, "The object is the one that is known."))
        }
    }
}
