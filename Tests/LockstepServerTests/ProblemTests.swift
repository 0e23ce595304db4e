import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepServer
import LockstepSQL
import NIOCore
import NIOHTTP1
import Testing

@Suite struct ProblemTests {
    @Test(arguments: [
        ("unknown_lifecycle", 404), ("undeclared_status", 422), ("undeclared_move", 409),
        ("not_initial", 422),
        ("not_found", 404), ("stale_claim", 409), ("unexpected_state", 409), ("not_claimable", 409),
        ("not_applicable", 409), ("key_taken", 409), ("needs_unmet", 409), ("bad_value", 422),
        ("companion_failed", 500), ("constraint_violated", 500), ("something_new", 409),
    ])
    func everyRefusalHasItsStatus(code: String, status: Int) {
        let problem = Problem(Refusal(Refusal.Code(rawValue: code), "no"))
        #expect(problem.status.code == status)
        #expect(problem.code == code)
        #expect(problem.audience == (status == 500 ? .adminRequired : .userFixable))
    }

    @Test func whatWasWrittenWithAMoveDecidesItsStatus() {
        var refusal = Refusal(.companionFailed, "no")
        refusal.cause = .userFixable("give it a name", code: "no_name")
        #expect(Problem(refusal).status == .unprocessableContent)
        refusal.cause = .temporary("busy")
        #expect(Problem(refusal).status == .serviceUnavailable)
    }

    @Test func everyFailureHasItsStatus() {
        let temporary = Problem(Failure.temporary("later", retryAfter: .milliseconds(1500)))
        #expect(temporary.status == .serviceUnavailable)
        #expect(temporary.headers[.retryAfter] == "2")
        #expect(Problem(Failure.temporary("later")).headers[.retryAfter] == "1")
        #expect(Problem(Failure.userFixable("other", code: "bad_file")).status == .unprocessableContent)
        let admin = Problem(Failure.adminRequired("the key is wrong", code: "bad_key"))
        #expect(admin.status == .internalServerError && admin.audience == .adminRequired)
        #expect(admin.detail == "the key is wrong")
    }

    @Test func theInsidesOfErrorsStayInside() throws {
        struct Unforeseen: Error { let secret = "/var/db" }
        let unforeseen = Problem(Unforeseen())
        #expect(unforeseen.status == .internalServerError && unforeseen.audience == .adminRequired)
        #expect(try !unforeseen.document.encoded().contains("/var/db"))
        let busy = Problem(SQLError(kind: .busy, message: "locked: /var/db"))
        #expect(busy.status == .serviceUnavailable && busy.headers[.retryAfter] != nil)
        #expect(try !busy.document.encoded().contains("/var/db"))
        let full = Problem(SQLError(kind: .full, message: "full: /var/db"))
        #expect(full.status == .serviceUnavailable && full.code == "database_full")
        #expect(full.detail.contains("disk is full") && !full.detail.contains("/var/db"))
        let constraint = Problem(
            SQLError(kind: .constraint, constraint: "chk_job_status", message: "/var/db"))
        #expect(constraint.status == .internalServerError)
        #expect(constraint.detail.contains("chk_job_status") && !constraint.detail.contains("/var/db"))
    }

    @Test func theErrorsOfOthersBecomeDocuments() async throws {
        struct Named: Codable { var name: String; var size: Int }
        let router = Router(context: AppContext.self)
        router.add(middleware: ProblemMiddleware())
        router.get("/method") { _, _ -> String in throw HTTPError(.methodNotAllowed, headers: [.allow: "GET"])
        }
        router.post("/decode") { request, context in
            let named = try await request.decode(as: Named.self, context: context)
            return named.name
        }
        router.post("/raw") { request, _ in
            let body = try await request.body.collect(upTo: 100)
            return try JSONDecoder().decode(Named.self, from: Data(body.readableBytesView)).name
        }
        try await TestServer.run(router) { server in
            let missing = try await server.get("/missing")
            #expect(missing.status == 404 && missing.isProblem)
            #expect(try missing["code"] == "not_found")
            let method = try await server.get("/method")
            #expect(method.status == 405 && method.headers.first(name: "allow") == "GET")
            #expect(try method["code"] == "method_not_allowed")
            for text in ["{", "{}", "{\"name\":1}"] {
                let answer = try await server.post("/decode", as: nil, text: text)
                #expect(answer.status == 400 && answer.isProblem)
            }
            #expect(try await server.post("/raw", as: nil, text: "{").status == 400)
            let absent = try await server.post("/raw", as: nil, text: "{\"name\":\"a\"}")
            #expect(absent.status == 422)
            #expect(try absent["detail"]?.text?.contains("'size'") == true)
            #expect(
                try await server.post("/raw", as: nil, text: "{\"name\":\"a\",\"size\":\"b\"}").status == 422)
            let long = try await server.post("/raw", as: nil, text: String(repeating: " ", count: 101))
            #expect(long.status == 413 && long.isProblem)
            #expect(try long["limit"] == 100)
            let head = try await server.send(.HEAD, "/missing")
            #expect(head.status == 404 && head.text.isEmpty)
        }
    }
}
