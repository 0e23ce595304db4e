import HTTPTypes

/// One route of the API as data: what the router, the OpenAPI document and the tests of roles are made of.
public struct APIRoute: Sendable {
    /// The name of the operation, such as `startJob`.
    public let name: String
    /// Its method.
    public let method: HTTPRequest.Method
    /// Its path as a template, such as `/v1/jobs/{id}`.
    public let path: String
    /// Who may use it. Nobody named: it is open.
    public let roles: Set<Identity.Role>
    /// One line for people.
    public let summary: String
    /// The section of the document.
    public let tag: String
    /// What the query and the headers may hold.
    public internal(set) var parameters: [Parameter] = []
    /// What the body holds; `nil` for none.
    public internal(set) var body: Body?
    /// What it answers when all is well.
    public internal(set) var answers: [Answer] = []
    /// Refusals of its own, besides those that every route of its kind has.
    public internal(set) var refusals: Set<Int> = []

    /// Whether it needs no token.
    public var isOpen: Bool { roles.isEmpty }

    /// A parameter of the query or a header.
    public struct Parameter: Sendable {
        /// Its name.
        public let name: String
        /// Where it stands.
        public let place: Place
        /// Its JSON Schema as JSON text.
        public let schema: String
        /// One line for people.
        public let summary: String

        /// Where a parameter stands.
        public enum Place: String, Sendable {
            /// Behind the question mark.
            case query
            /// In a header.
            case header
        }

        static func query(_ name: String, _ schema: String, _ summary: String) -> Parameter {
            Parameter(name: name, place: .query, schema: schema, summary: summary)
        }

        static func header(_ name: String, _ schema: String, _ summary: String) -> Parameter {
            Parameter(name: name, place: .header, schema: schema, summary: summary)
        }
    }

    /// A body of a request: JSON by a schema of the document.
    public struct Body: Sendable {
        /// The name of the schema.
        public let schema: String
        /// Whether it must be sent.
        public let isRequired: Bool
    }

    /// An answer of a route.
    public struct Answer: Sendable {
        /// The status.
        public let status: Int
        /// One line for people.
        public let summary: String
        /// The content type and the name of the schema; `nil` for an answer without a body.
        public let content: [Content]
        /// The names of the headers that it has besides the common ones.
        public let headers: [String]

        /// What an answer holds.
        public struct Content: Sendable {
            /// Its type, without parameters.
            public let type: String
            /// The name of its schema; `nil` for plain text.
            public let schema: String?
        }

        static func json(
            _ schema: String, status: Int = 200, _ summary: String, headers: [String] = []
        ) -> Answer {
            Answer(
                status: status, summary: summary,
                content: [Content(type: "application/json", schema: schema)], headers: headers)
        }

        static func text(_ types: [String], _ summary: String) -> Answer {
            Answer(
                status: 200, summary: summary, content: types.map { Content(type: $0, schema: nil) },
                headers: [])
        }

        /// Bytes of any type.
        static func bytes(_ status: Int, _ summary: String) -> Answer {
            Answer(
                status: status, summary: summary, content: [Content(type: "*/*", schema: nil)], headers: [])
        }

        static func empty(_ status: Int, _ summary: String) -> Answer {
            Answer(status: status, summary: summary, content: [], headers: [])
        }
    }

    init(
        _ name: String, _ method: HTTPRequest.Method, _ path: String, for roles: Set<Identity.Role>,
        tag: String, _ summary: String
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.roles = roles
        self.summary = summary
        self.tag = tag
    }

    /// Whether the path names something that may not be there.
    var namesSomething: Bool { path.contains("{") }

    /// The statuses of problems that the route may answer with.
    public var problems: [Int] {
        var statuses = refusals.union([400, 429, 500, 503])
        if !isOpen { statuses.formUnion([401, 403]) }
        if namesSomething { statuses.insert(404) }
        if !parameters.filter({ $0.place == .query }).isEmpty || body != nil { statuses.insert(422) }
        // Unknown parameters of the query are refused wherever a token is needed.
        if !isOpen { statuses.insert(422) }
        if body != nil { statuses.formUnion([408, 413, 415]) }
        return statuses.sorted()
    }

    /// Whether a path is one of the template's.
    func matches(_ path: String) -> Bool {
        let mine = self.path.split(separator: "/", omittingEmptySubsequences: true)
        let theirs = path.split(separator: "/", omittingEmptySubsequences: true)
        return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    func with(
        parameters: [Parameter] = [], body: Body? = nil, refusals: Set<Int> = [], answering answers: Answer...
    ) -> APIRoute {
        var route = self
        route.parameters = parameters
        route.body = body
        route.refusals = refusals
        route.answers = answers
        return route
    }
}
