import HTTPTypes

extension Set where Element == Identity.Role {
    /// Those who start, see and move jobs: a client its own alone.
    static var people: Set { [.admin, .operator, .client] }
    /// Those who see and move everybody's jobs.
    static var operators: Set { [.admin, .operator] }
    /// Those who work.
    static var workers: Set { [.worker, .admin] }
    /// Everybody with a token.
    static var everybody: Set { Set(Identity.Role.allCases) }
}

extension APIOperation {
    private static let text = #"{"type": "string", "minLength": 1, "maxLength": 255}"#
    private static let flag = #"{"type": "string", "enum": ["true", "false"]}"#
    private static let time =
        #"{"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00Z"]}"#

    private static let filters: [APIRoute.Parameter] = [
        .query(
            "lifecycle", ##"{"$ref": "#/components/schemas/LifecycleName"}"##, "Jobs of this lifecycle alone."
        ),
        .query(
            "status",
            ##"{"type": "array", "maxItems": 100, "items": {"$ref": "#/components/schemas/Status"}}"##,
            "Jobs in one of these statuses; may be there several times."),
        .query("owner", text, "Jobs of this owner; a client may name itself alone."),
        .query("key", text, "Jobs with this key."),
        .query("live", flag, "Jobs that have not ended, or those that have."),
        .query("stuck", flag, "With true: jobs that are parked, or past the stuckAfter of their status."),
        .query(
            "audience", ##"{"$ref": "#/components/schemas/Audience"}"##,
            "Jobs whose last failure is for this audience."),
        .query("created_after", time, "Jobs that were started at this moment or later."),
        .query("created_before", time, "Jobs that were started before this moment."),
        .query(
            "limit",
            #"{"type": "integer", "minimum": 1, "maximum": \#(APILimits.longestList), "default": \#(APILimits.list)}"#,
            "How many at most."),
        .query(
            "cursor", #"{"type": "string", "minLength": 1, "maxLength": 200}"#,
            "Where the page before ended: its next_cursor."),
    ]

    var readingRoute: APIRoute {
        switch self {
        case .listJobs:
            APIRoute(rawValue, .get, "/v1/jobs", for: .people, tag: "Jobs", "Lists jobs, the newest first.")
                .with(
                    parameters: Self.filters, refusals: [404], answering: .json("JobList", "A page of jobs."))
        case .startJob:
            APIRoute(
                rawValue, .post, "/v1/jobs", for: .people, tag: "Jobs",
                "Starts a job, or finds the live one with the same key."
            ).with(
                parameters: [
                    .header(
                        "Idempotency-Key", #"{"type": "string", "minLength": 1, "maxLength": 255}"#,
                        "The key, instead of the one in the body: while a job with it lives, starting again "
                            + "gives that job.")
                ], body: .init(schema: "NewJob", isRequired: true), refusals: [404, 409],
                answering: .json(
                    "StartedJob", status: 201, "The job was started.", headers: ["Location", "ETag"]),
                .json(
                    "StartedJob", "A live job has the key: this one.", headers: ["Location", "ETag"]))
        case .startJobs:
            APIRoute(
                rawValue, .post, "/v1/jobs/batch", for: .people, tag: "Jobs",
                "Starts many jobs in one transaction; each outcome stands for itself."
            ).with(
                body: .init(schema: "NewJobs", isRequired: true),
                answering: .json("Outcomes", "What became of each, in the order of the request."))
        case .readHistory:
            APIRoute(
                rawValue, .get, "/v1/jobs/{id}/history", for: .people, tag: "Jobs",
                "The history of a job, the oldest entry first."
            ).with(
                parameters: [
                    .query(
                        "after", #"{"type": "integer", "minimum": 0, "maximum": 9223372036854775807}"#,
                        "Entries after the one with this number."),
                    .query(
                        "limit",
                        #"{"type": "integer", "minimum": 1, "maximum": \#(APILimits.longestHistory), "default": \#(APILimits.longestHistory)}"#,
                        "How many at most."),
                ], answering: .json("History", "Its entries."))
        default:
            APIRoute(
                rawValue, .get, "/v1/jobs/{id}", for: .people, tag: "Jobs",
                "A job, and what the asker may do with it now."
            ).with(answering: .json("VisibleJob", "The job.", headers: ["ETag"]))
        }
    }

    private static let ifMatch = APIRoute.Parameter.header(
        "If-Match", #"{"type": "string", "maxLength": 1000, "examples": ["\"3\""]}"#,
        "The job's ETag as it was read: 412 when the job has changed since.")

    var changingRoute: APIRoute {
        let (path, summary, schema, isRequired): (String, String, String, Bool) =
            switch self {
            case .moveJob: ("moves", "Moves a job to another status.", "Move", true)
            case .cancelJob: ("cancel", "Cancels a job.", "Action", false)
            case .retryJob:
                (
                    "retry", "Lets a parked or waiting job be tried again; an ended one reopens.", "Action",
                    false
                )
            case .holdJob: ("hold", "Puts a declared hold on a queued job.", "HoldAction", true)
            case .releaseJob: ("release", "Lifts a job's hold.", "ReleaseAction", false)
            case .reopenJob: ("reopen", "Runs an ended job again.", "Action", false)
            default: ("", "Deletes an ended job and its history before their time.", "", false)
            }
        guard self != .eraseJob else {
            return APIRoute(rawValue, .delete, "/v1/jobs/{id}", for: [.admin], tag: "Jobs", summary)
                .with(
                    parameters: [Self.ifMatch], refusals: [409, 412],
                    answering: .empty(204, "The job is gone."))
        }
        return APIRoute(rawValue, .post, "/v1/jobs/{id}/\(path)", for: .people, tag: "Jobs", summary)
            .with(
                parameters: [Self.ifMatch], body: .init(schema: schema, isRequired: isRequired),
                refusals: [409, 412],
                answering: .json("VisibleJob", "The job as it is afterwards.", headers: ["ETag"]))
    }
}
