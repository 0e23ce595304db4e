import HTTPTypes

extension APIOperation {
    var lifecycleRoute: APIRoute {
        switch self {
        case .listLifecycles:
            APIRoute(
                rawValue, .get, "/v1/lifecycles", for: .everybody, tag: "Lifecycles",
                "The lifecycles that are installed."
            ).with(answering: .json("LifecycleList", "The lifecycles, by name."))
        case .readLifecycle:
            APIRoute(
                rawValue, .get, "/v1/lifecycles/{name}", for: .everybody, tag: "Lifecycles",
                "A lifecycle: its rules, also in words, its moves, and the longest time to an end."
            ).with(
                answering: .json(
                    "Lifecycle", "The lifecycle; counts and pauses are for admins and operators."))
        case .drawLifecycle:
            APIRoute(
                rawValue, .get, "/v1/lifecycles/{name}/diagram", for: .everybody, tag: "Lifecycles",
                "A diagram of a lifecycle."
            ).with(
                parameters: [
                    .query(
                        "format",
                        #"{"type": "string", "enum": [\#(APILimits.diagramFormats.map { "\"\($0)\"" }.joined(separator: ", "))], "default": "mermaid"}"#,
                        "Mermaid's or Graphviz's language, or a picture.")
                ], answering: .text(["text/plain", "image/svg+xml"], "The diagram."))
        case .pauseLifecycle:
            APIRoute(
                rawValue, .post, "/v1/lifecycles/{name}/pause", for: .operators, tag: "Lifecycles",
                "Pauses a lifecycle, or one of its queues or working statuses: nothing is claimed there."
            ).with(
                body: .init(schema: "PauseWish", isRequired: false), refusals: [409],
                answering: .json("Pause", "The pause that holds."))
        default:
            APIRoute(
                rawValue, .post, "/v1/lifecycles/{name}/resume", for: .operators, tag: "Lifecycles",
                "Lifts a pause."
            ).with(
                body: .init(schema: "ResumeWish", isRequired: false), refusals: [409],
                answering: .json("Resumed", "The pause that was lifted; null when there was none."))
        }
    }

    var serverRoute: APIRoute {
        switch self {
        case .readDocument:
            APIRoute(rawValue, .get, "/openapi.json", for: [], tag: "Server", "This document (OpenAPI 3.1).")
                .with(answering: .json("Anything", "The document."))
        case .checkReadiness:
            APIRoute(
                rawValue, .get, "/ready", for: [], tag: "Server",
                "Whether requests should be sent here: 503 while the store cannot be used, and while the "
                    + "server shuts down."
            ).with(answering: .json("Ready", "The server is ready."))
        default:
            APIRoute(
                rawValue, .get, "/metrics", for: .operators, tag: "Server",
                "Figures in Prometheus' text format."
            ).with(answering: .text(["text/plain"], "The figures."))
        }
    }
}

extension APIRoute {
    /// `/health`, which every server has; see ``HealthRoute``.
    public static let health = APIRoute(
        "checkHealth", .get, "/health", for: [], tag: "Server", "Whether the server reaches its store."
    ).with(answering: .json("Ready", "It does."))

    private static let shortText = #"{"type": "string", "minLength": 1, "maxLength": 255}"#

    /// The routes of ``TokenRoutes``.
    public static let tokens: [APIRoute] = [
        APIRoute("createToken", .post, "/v1/tokens", for: [.admin], tag: "Tokens", "Makes a token.").with(
            body: .init(schema: "NewToken", isRequired: true),
            answering: .json(
                "CreatedToken", status: 201, "The token, which is shown this once.", headers: ["Location"])),
        APIRoute(
            "listTokens", .get, "/v1/tokens", for: [.admin], tag: "Tokens",
            "Lists tokens, the newest first, without the tokens themselves."
        ).with(
            parameters: [
                .query("user", shortText, "Tokens of this user."),
                .query(
                    "role", #"{"type": "string", "enum": ["admin", "operator", "worker", "client"]}"#,
                    "Tokens of this role."),
            ], answering: .json("TokenList", "The tokens.")),
        APIRoute(
            "revokeToken", .delete, "/v1/tokens/{id}", for: [.admin], tag: "Tokens", "Takes a token away."
        ).with(answering: .empty(204, "It opens nothing any more.")),
    ]

    /// The routes of ``EventRoutes``.
    public static let events: [APIRoute] = [
        APIRoute(
            "followJob", .get, "/v1/jobs/{id}/events", for: .people, tag: "Events",
            "Every line of a job's history, from the beginning and on, and its progress: server-sent events."
        ).with(
            parameters: [lastEvent, .query("after", shortText, "As Last-Event-ID.")], refusals: [422],
            answering: .text(["text/event-stream"], "The events.")),
        APIRoute(
            "followJobs", .get, "/v1/events", for: .people, tag: "Events",
            "Every line of many jobs' histories from now on: server-sent events."
        ).with(
            parameters: [
                lastEvent,
                .query(
                    "after", #"{"type": "string", "minLength": 1, "maxLength": \#(APILimits.longestQuery)}"#,
                    "As Last-Event-ID."),
                .query(
                    "lifecycle", ##"{"$ref": "#/components/schemas/LifecycleName"}"##, "Of this lifecycle."),
                .query("owner", shortText, "Of this owner's jobs; a client may name itself alone."),
            ], refusals: [404, 422], answering: .text(["text/event-stream"], "The events.")),
    ]

    private static let lastEvent = Parameter.header(
        "Last-Event-ID", #"{"type": "string", "maxLength": 2000}"#, "The id of the last event that was heard."
    )
}
