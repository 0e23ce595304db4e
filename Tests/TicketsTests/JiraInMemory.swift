import FakeJira
import Foundation
import Lockstep
import Synchronization
import TicketExport

/// A Jira without a network: requests go straight to a ``FakeJira``.
final class JiraInMemory: JiraTransport {
    private struct NoAnswer: Error {}

    private let jira = Mutex(FakeJira(email: "anna@example.org", token: "secret"))

    func change<Result: Sendable>(_ body: (inout FakeJira) -> Result) -> Result {
        jira.withLock { body(&$0) }
    }

    func send(_ request: JiraRequest) async throws -> JiraAnswer {
        let body = try request.body.map { Data(try $0.encoded().utf8) } ?? Data()
        let login = "Basic " + Data("anna@example.org:secret".utf8).base64EncodedString()
        let answer = change {
            $0.handle(
                .init(
                    request.method, request.path,
                    headers: [
                        "authorization": login, "content-type": "application/json",
                        "accept": "application/json",
                    ], body: body))
        }
        guard let answer else { throw NoAnswer() }
        return JiraAnswer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
