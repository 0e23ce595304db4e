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
                        "Mermaid's or Graphviz's language.")
                ], answering: .text(["text/plain"], "The diagram as text."))
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
}
