import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

/// An error as an answer: a problem document (RFC 9457).
///
/// Besides the standard members it has `code` (a stable word for programs), `audience` (who can do something
/// about it: `user_fixable`, `admin_required`, `temporary`) and, where they are known, `from`, `to`,
/// `allowed` (of a refused move) and `accepted` (of a refused value).
public struct Problem: Error, HTTPResponseError, Hashable {
    /// The HTTP status.
    public var status: HTTPResponse.Status
    /// A stable word for programs, such as `undeclared_move`.
    public var code: String
    /// One sentence: what was wrong and what would be right.
    public var detail: String
    /// Who can do something about it.
    public var audience: Failure.Audience
    /// Further members of the document.
    public var extensions: [String: JSONValue]
    /// Further headers of the answer.
    public var headers: HTTPFields

    /// Makes a problem.
    /// - Parameter audience: when left out, 503, 408 and 429 are temporary, other 5xx are an
    ///   administrator's, and 4xx the user's.
    public init(
        _ status: HTTPResponse.Status, code: String, _ detail: String, audience: Failure.Audience? = nil,
        extensions: [String: JSONValue] = [:], headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.audience = audience ?? Self.audience(of: status)
        self.extensions = extensions
        self.headers = headers
    }

    /// The kind of problem as a URI: `urn:lockstep:problem:` and the code.
    public var type: String { "urn:lockstep:problem:\(code)" }

    /// The kind of problem in words: the code without underscores.
    public var title: String {
        let words = code.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The document as JSON.
    public var document: JSONValue {
        var members = extensions
        members["type"] = .string(type)
        members["title"] = .string(title)
        members["status"] = .number(Double(status.code))
        members["detail"] = .string(detail)
        members["code"] = .string(code)
        members["audience"] = .string(audience.rawValue)
        return .object(members)
    }

    /// The answer: the document as `application/problem+json`.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.cacheControl] = "no-store"
        let body = ResponseBody(byteBuffer: ByteBuffer(string: try document.encoded()))
        let response = Response(status: status, headers: fields, body: body)
        return request.method == .head ? response.createHeadResponse() : response
    }

    private static func audience(of status: HTTPResponse.Status) -> Failure.Audience {
        switch status.code {
        case 408, 429, 503: .temporary
        case 500...: .adminRequired
        default: .userFixable
        }
    }
}

extension Problem {
    /// 400: the request cannot be read.
    public static func badRequest(_ detail: String, code: String = "bad_request") -> Problem {
        Problem(.badRequest, code: code, detail)
    }

    /// 401 with its challenge (RFC 6750, section 3).
    /// - Parameter error: the challenge's error code, when a token was sent.
    public static func unauthorized(_ detail: String, error: String? = nil) -> Problem {
        Problem(
            .unauthorized, code: "unauthorized", detail, headers: [.wwwAuthenticate: challenge(error: error)])
    }

    /// The value of `WWW-Authenticate`.
    static func challenge(error: String?) -> String {
        "Bearer realm=\"lockstep\"" + (error.map { ", error=\"\($0)\"" } ?? "")
    }

    /// 403: known, but not allowed.
    public static func forbidden(_ detail: String) -> Problem {
        Problem(.forbidden, code: "forbidden", detail)
    }

    /// 404. Also said of what belongs to somebody else.
    public static func notFound(_ detail: String) -> Problem {
        Problem(.notFound, code: "not_found", detail)
    }

    /// 413, with the limit in bytes.
    public static func tooLarge(_ detail: String, limit: Int) -> Problem {
        Problem(
            .contentTooLarge, code: "too_large", detail, extensions: ["limit": .number(Double(limit))])
    }

    /// 422: readable, but a value is not what it must be.
    /// - Parameter accepted: the values that would have been accepted.
    public static func unprocessable(
        _ detail: String, code: String = "bad_value", accepted: [String]? = nil
    ) -> Problem {
        var problem = Problem(.unprocessableContent, code: code, detail)
        if let accepted { problem.extensions["accepted"] = .array(accepted.map(JSONValue.string)) }
        return problem
    }
}
