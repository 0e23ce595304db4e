extension FakeJira {
    /// A part of the API.
    public enum Endpoint: Hashable, Sendable {
        /// `GET /rest/api/3/myself`
        case myself
        /// `POST /rest/api/3/issue`
        case create
        /// `POST /rest/api/3/issue/bulk`
        case createMany
        /// `POST /rest/api/3/search/jql`
        case search
        /// `POST /rest/api/3/issue/bulkfetch`
        case fetch

        init?(_ request: Request) {
            switch (request.method, request.path) {
            case ("GET", "/rest/api/3/myself"): self = .myself
            case ("POST", "/rest/api/3/issue"): self = .create
            case ("POST", "/rest/api/3/issue/bulk"): self = .createMany
            case ("POST", "/rest/api/3/search/jql"): self = .search
            case ("POST", "/rest/api/3/issue/bulkfetch"): self = .fetch
            default: return nil
            }
        }
    }

    /// Something that is to go wrong once.
    public struct Trouble: Hashable, Sendable {
        /// What it happens to; `nil` is the next request, whichever it is.
        public let endpoint: Endpoint?
        /// What happens.
        public let kind: Kind

        /// What can happen.
        public enum Kind: Hashable, Sendable {
            /// Nothing is done, and the answer has this status; with a `Retry-After` in seconds.
            case status(Int, retryAfter: Int? = nil)
            /// Some issues of a bulk creation are refused: their places, and the status of each.
            case refuse([Int: Int])
            /// Nothing is done, and there is no answer.
            case dropRequest
            /// All is done, and there is no answer.
            case loseAnswer
            /// There is no answer, and all is done at the next ``FakeJira/settle()``.
            case postpone
            /// All is done, and the answer is a page of a proxy.
            case garble
            /// The answer comes late.
            case slow(Duration)
            /// A fetch cannot read its issues this time.
            case unreadable
        }

        /// Makes a trouble.
        public init(_ kind: Kind, on endpoint: Endpoint? = nil) {
            self.endpoint = endpoint
            self.kind = kind
        }
    }
}
