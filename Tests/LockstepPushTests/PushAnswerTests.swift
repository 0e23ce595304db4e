import Foundation
import Lockstep
import NIOHTTP1
import Testing

@testable import LockstepPush

/// What answers mean.
@Suite struct PushAnswerTests {
    static let now = Timestamp(microseconds: 1_767_225_600_000_000)

    func verdict(_ status: Int, _ body: String = "", _ headers: HTTPHeaders = [:]) -> PushAnswer.Verdict {
        PushAnswer(status: status, headers: headers, body: Data(body.utf8)).verdict(of: "w", now: Self.now)
    }

    func failure(_ status: Int, _ body: String = "", _ headers: HTTPHeaders = [:]) throws -> Failure {
        guard case .failed(let failure) = verdict(status, body, headers) else {
            throw Failure.userFixable("\(status) is no failure")
        }
        return failure
    }

    @Test func successSaysWhereTheJobMoves() {
        #expect(verdict(200, #"{"to":"done"}"#) == .finished(to: "done", output: nil, metadata: nil))
        #expect(
            verdict(201, #"{"to":"done","output":[1,{"b":null,"a":"/"}],"metadata":{"x":null},"more":1}"#)
                == .finished(to: "done", output: #"[1,{"a":"/","b":null}]"#, metadata: #"{"x":null}"#))
    }

    @Test func acknowledgementsHaveNoBodyOrSaySo() {
        #expect([200, 202, 204, 299].allSatisfy { verdict($0) == .accepted })
        #expect(verdict(202, "later") == .accepted)
    }

    @Test(arguments: ["OK", "[]", "{}", #"{"to":1}"#, #"{"to":""}"#, #"{"to":"done","metadata":[]}"#, "{"])
    func aBodyThatCannotBeReadParks(body: String) throws {
        let failure = try failure(200, body)
        #expect(failure.audience == .adminRequired && failure.code == "bad_answer")
    }

    @Test func aBodyThatIsTooLongParks() throws {
        let answer = PushAnswer(status: 200, body: nil)
        guard case .failed(let failure) = answer.verdict(of: "w", now: Self.now) else {
            throw Failure.userFixable("it was taken")
        }
        #expect(failure.code == "bad_answer")
    }

    @Test func statusesSayWhetherALaterAttemptMaySucceed() throws {
        for status in [408, 409, 425, 429, 500, 502, 503, 504, 599] {
            #expect(try failure(status).audience == .temporary, "\(status)")
        }
        for status in [300, 301, 302, 304, 307, 308, 400, 401, 403, 404, 410, 413, 422, 451] {
            #expect(try failure(status).audience == .adminRequired, "\(status)")
        }
        #expect(try failure(503).code == "http_503")
    }

    @Test func aProblemDocumentSaysWhoCanDoSomething() throws {
        let problem: HTTPHeaders = ["Content-Type": "Application/Problem+JSON; charset=utf-8"]
        let body = #"{"audience":"user_fixable","code":"bad_file","detail":"the file is empty"}"#
        let user = try failure(422, body, problem)
        #expect(user == Failure(.userFixable, code: "bad_file", message: "the file is empty"))
        // Said in any other type of document it means nothing.
        #expect(try failure(422, body, ["Content-Type": "application/json"]).audience == .adminRequired)
        #expect(try failure(500, #"{"audience":"admin_required"}"#, problem).audience == .adminRequired)
        #expect(try failure(400, #"{"audience":"temporary"}"#, problem).audience == .temporary)
        #expect(try failure(400, #"{"audience":"nobody","code":"Bad Code"}"#, problem).code == "http_400")
        #expect(try failure(400, "no JSON", problem).audience == .adminRequired)
    }

    @Test func retryAfterIsHonoured() throws {
        func pause(_ text: String) throws -> TimeLimit? {
            try failure(503, "", ["Retry-After": text]).retryAfter
        }
        #expect(try pause("7") == .seconds(7))
        #expect(try pause("99999999999999999999") == .days(1))
        #expect(try pause("Thu, 01 Jan 2026 00:00:30 GMT") == .seconds(30))
        #expect(try pause("Wed, 31 Dec 2025 23:00:00 GMT") == .seconds(0))
        #expect(try pause("soon") == nil && pause("-1") == nil)
        #expect(try failure(400, "", ["Retry-After": "7"]).retryAfter == nil)
    }
}
