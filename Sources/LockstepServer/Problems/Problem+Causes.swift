import HTTPTypes
import Hummingbird
import Lockstep
import LockstepSQL
import NIOCore

extension Problem {
    /// The answer to a refusal of the road or the store.
    ///
    /// | refusal | status |
    /// |---|---|
    /// | undeclared_status, not_initial, bad_value | 422, with `accepted` where known |
    /// | unknown_lifecycle, not_found | 404 |
    /// | constraint_violated | 500 |
    /// | companion_failed | that of the failure behind it |
    /// | all others, such as undeclared_move | 409, with `from`, `to`, `allowed` where known |
    public init(_ refusal: Refusal) {
        let code = refusal.code.rawValue
        switch refusal.code {
        case .undeclaredStatus, .notInitial, .badValue:
            self = .unprocessable(refusal.message, code: code, accepted: refusal.allowed)
        case .unknownLifecycle:
            self.init(.notFound, code: code, refusal.message)
            extensions["accepted"] = refusal.allowed.map { .array($0.map(JSONValue.string)) }
        case .notFound:
            self.init(.notFound, code: code, refusal.message)
        case .constraintViolated:
            self.init(.internalServerError, code: code, refusal.message)
        case .companionFailed:
            self.init(refusal.failure)
        default:
            self.init(.conflict, code: code, refusal.message)
            extensions["from"] = refusal.from.map(JSONValue.string)
            extensions["to"] = refusal.to.map(JSONValue.string)
            extensions["allowed"] = refusal.allowed.map { .array($0.map(JSONValue.string)) }
        }
    }

    /// The answer to a failure: 422 when the user can fix it, 503 with `Retry-After` (RFC 9110, section
    /// 10.2.3, in seconds) when it may pass, 500 when it takes an administrator.
    public init(_ failure: Failure) {
        switch failure.audience {
        case .userFixable:
            self = .unprocessable(failure.message, code: failure.code)
        case .temporary:
            self.init(.serviceUnavailable, code: failure.code, failure.message, audience: .temporary)
            headers[.retryAfter] = String(Self.seconds(failure.retryAfter))
        case .adminRequired:
            self.init(.internalServerError, code: failure.code, failure.message)
        }
    }

    /// The answer to any error.
    ///
    /// Refusals, failures and errors that know their audience say so. A body that cannot be decoded is 400
    /// when it is no JSON and 422 when a value is missing or of another type. An error that nobody foresaw is
    /// 500 and tells nothing of its insides, which belong in the log.
    public init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let refusal as Refusal: self.init(refusal)
        case let error as SQLError: self.init(Self.withoutInsides(error))
        case let known as any FailureConvertible: self.init(known.failure)
        case let error as DecodingError: self.init(error)
        case let error as HTTPError: self.init(error)
        case let error as NIOTooManyBytesError:
            self.init(.contentTooLarge, code: "too_large", "the body is too large")
            if let limit = error.maxBytes { extensions["limit"] = .number(Double(limit)) }
        case let error as any HTTPResponseError:
            self.init(error.status, code: Self.code(of: error.status), error.status.reasonPhrase)
        case is CancellationError:
            self.init(
                Failure.temporary("the server is shutting down; try again soon", code: "shutting_down"))
        default:
            if Self.isParserError(error) {
                self = .badRequest("the request is no well-formed HTTP", code: "bad_http")
            } else {
                self.init(
                    .internalServerError, code: "unexpected_error",
                    "something unforeseen went wrong; the server's log tells more")
            }
        }
    }

    private init(_ error: HTTPError) {
        let detail = error.body ?? "\(error.status.code) \(error.status.reasonPhrase)"
        self.init(error.status, code: Self.code(of: error.status), detail, headers: error.headers)
    }

    private init(_ error: DecodingError) {
        func place(_ path: [any CodingKey]) -> String {
            let keys = path.map { $0.intValue.map(String.init) ?? $0.stringValue }
            return keys.isEmpty ? "the body" : "'\(Problem.shortened(keys.joined(separator: ".")))'"
        }
        switch error {
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self = .badRequest("the body is no valid JSON", code: "bad_json")
        case .dataCorrupted(let context):
            self = .unprocessable("\(place(context.codingPath)): \(Self.shortened(context.debugDescription))")
        case .keyNotFound(let key, let context):
            self = .unprocessable("\(place(context.codingPath + [key])) is missing")
        case .valueNotFound(_, let context):
            self = .unprocessable("\(place(context.codingPath)) must not be null")
        case .typeMismatch(let type, let context):
            self = .unprocessable("\(place(context.codingPath)) must be \(Self.name(of: type))")
        @unknown default:
            self = .badRequest("the body cannot be read", code: "bad_json")
        }
    }

    /// A text of the sender's in at most 200 characters, so that an answer does not mirror a whole body.
    static func shortened(_ text: some StringProtocol) -> String {
        text.count > 200 ? text.prefix(200) + "…" : String(text)
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Int.Type: "a whole number"
        case is Double.Type: "a number"
        case is Bool.Type: "true or false"
        default: "\(type)".hasPrefix("Dictionary") ? "an object" : "of another type"
        }
    }

    /// `Not Found` → `not_found`.
    private static func code(of status: HTTPResponse.Status) -> String {
        let words = status.reasonPhrase.lowercased().split { !$0.isLetter && !$0.isNumber }
        return words.isEmpty ? "http_\(status.code)" : words.joined(separator: "_")
    }

    /// A database's own words may name files of the machine.
    private static func withoutInsides(_ error: SQLError) -> Failure {
        var failure = error.failure
        if error.kind == .full {
            failure.message = "the server's disk is full, and nothing was changed; try again later"
            return failure
        }
        let name = error.constraint.map { " (\($0))" } ?? ""
        failure.message = "the database refused the request\(name); the server's log tells more"
        return failure
    }

    /// NIO's parser throws from a body that breaks off or is chunked wrongly. Its type lives in a module that
    /// this one does not depend on.
    private static func isParserError(_ error: any Error) -> Bool {
        String(reflecting: Swift.type(of: error)).hasPrefix("NIOHTTP1.HTTPParserError")
    }

    private static func seconds(_ limit: TimeLimit?) -> Int64 {
        guard let microseconds = limit?.microseconds else { return 1 }
        return max(1, microseconds / 1_000_000 + (microseconds.isMultiple(of: 1_000_000) ? 0 : 1))
    }
}
