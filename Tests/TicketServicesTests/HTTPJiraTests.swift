import Foundation
import Lockstep
import LockstepTesting
import Testing
import TicketExport
import TicketServices

/// What becomes of one call, whatever the other end does.
@Suite(.timeLimit(.minutes(5))) struct HTTPJiraTests {
    private static let token = "ATATT3xFfGF0/secret=1234"
    private static let search = JiraRequest.search(labels: ["lockstep-1"], project: "WEB")
    private static let brief = Duration.milliseconds(300)

    private static func line(_ address: String, within limit: Duration = .seconds(30)) throws -> HTTPJira {
        let credentials = try #require(JiraCredentials(email: "a@example.com", token: token))
        return HTTPJira(
            try JiraSite(address: address, credentials: credentials),
            times: ExportTimes(
                send: .seconds(15), call: limit, settled: .seconds(240), indexed: .seconds(86_400)))
    }

    private static func answer(_ body: String, status: String = "200 OK", headers: String = "") -> String {
        "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func ask(
        _ server: RawServer, _ request: JiraRequest = search, within limit: Duration = .seconds(30),
        scheme: String = "http"
    ) async throws -> Result<JiraAnswer, any Error> {
        try await server.serving { port in
            do {
                return .success(try await line("\(scheme)://127.0.0.1:\(port)", within: limit).send(request))
            } catch {
                return .failure(error)
            }
        }
    }

    private static func isUnanswered(_ result: Result<JiraAnswer, any Error>, _ reason: String) -> Bool {
        guard case .failure(let error) = result else { return false }
        return (error as? JiraNoAnswer)?.reason.contains(reason) == true
    }

    private static func isUnsent(_ result: Result<JiraAnswer, any Error>, _ reason: String) -> Bool {
        guard case .failure(let error) = result else { return false }
        return (error as? JiraUnsent)?.reason.contains(reason) == true
    }

    // MARK: Answers

    @Test func aRequestIsSentAsItIs() async throws {
        let server = RawServer([.saysAndKeeps(Self.answer("{}", headers: "X-Some: a\r\nx-some: b\r\n"))])
        let answer = try await Self.ask(server).get()
        #expect(answer.status == 200 && answer.headers["x-some"] == "a" && answer.body == Data("{}".utf8))
        let request = try #require(server.requests.first)
        let parts = request.components(separatedBy: "\r\n\r\n")
        #expect(parts[0].hasPrefix("POST /rest/api/3/search/jql HTTP/1.1\r\n"))
        let head = parts[0].lowercased().components(separatedBy: "\r\n")
        let authorization = "Basic " + Data("a@example.com:\(Self.token)".utf8).base64EncodedString()
        #expect(parts[0].components(separatedBy: "\r\n").contains { $0.hasSuffix(": \(authorization)") })
        for line in [
            "content-type: application/json", "accept: application/json", "connection: close",
            "content-length: \(parts[1].utf8.count)",
        ] { #expect(head.contains(line), "\(line)") }
        #expect(!head.contains { $0.hasPrefix("transfer-encoding") })
        #expect(try JSONValue(parsing: parts[1]) == Self.search.body)
        let get = RawServer([.says(Self.answer("{}"))])
        #expect(try await Self.ask(get, .myself).get().status == 200)
        #expect(get.requests.first?.hasPrefix("GET /rest/api/3/myself HTTP/1.1\r\n") == true)
    }

    @Test(arguments: [
        ("401 Unauthorized", ""), ("429 Too Many Requests", "Retry-After: 17\r\n"), ("503 Busy", ""),
        ("302 Found", "Location: /elsewhere\r\n"),
        ("307 Temporary Redirect", "Location: http://127.0.0.1:1/\r\n"),
    ]) func everyStatusIsAnAnswerAndNothingIsTriedTwice(status: String, header: String) async throws {
        let server = RawServer([
            .says(Self.answer("{}", status: status, headers: header)), .says(Self.answer("x")),
        ])
        let answer = try await Self.ask(server).get()
        #expect("\(answer.status)" == status.prefix(3))
        #expect(answer.headers["retry-after"] == (header.contains("17") ? "17" : nil))
        #expect(server.connections == 1 && server.requests.count == 1)
    }

    @Test func nonsenseIsAnAnswerThatThePlanJudges() async throws {
        let body = "<html>\u{0}</html>"
        #expect(try await Self.ask(RawServer([.says(Self.answer(body))])).get().body == Data(body.utf8))
        // Not HTTP at all is none.
        let result = try await Self.ask(RawServer([.says("SSH-2.0-OpenSSH_9.2\r\n")]))
        #expect(Self.isUnanswered(result, "the connection broke"), "\(result)")
    }

    @Test func theTokenIsNotHandedOn() async throws {
        let basic = Data("a@example.com:\(Self.token)".utf8).base64EncodedString()
        let told = Self.token.replacing("/", with: "\\/")
        let body = #"{"errorMessages":["bad header Basic \#(basic)","token \#(told)","\#(Self.token)"]}"#
        let answer = try await Self.ask(RawServer([.says(Self.answer(body, status: "400 Bad"))])).get()
        let expected =
            #"{"errorMessages":["bad header Basic (withheld)","token (withheld)","(withheld)"]}"#
        #expect(String(decoding: answer.body, as: UTF8.self) == expected)
    }

    // MARK: No answer

    @Test(arguments: [
        RawServer.Act.readAndHangUp, .says("HTTP/1.1 20"), .says("HTTP/1.1 200 OK\r\nContent-Le"),
        .says("HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":"),
        .says("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"id\":"),
        .says("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
    ]) func whatIsCutIsNoAnswer(act: RawServer.Act) async throws {
        let server = RawServer([act, .says(Self.answer("{}"))])
        let result = try await Self.ask(server)
        #expect(Self.isUnanswered(result, "the connection broke"), "\(result)")
        #expect(server.connections == 1)
    }

    @Test(arguments: [
        RawServer.Act.silent, .saysAndKeeps("HTTP/1.1 100 Continue\r\n\r\n"),
        .saysAndKeeps("HTTP/1.1 200 OK\r\n"),
        .saysAndKeeps("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    ]) func whoIsSlowIsLeft(act: RawServer.Act) async throws {
        let server = RawServer([act])
        let result = try await server.serving { port -> Result<JiraAnswer, any Error> in
            do {
                let line = try Self.line("http://127.0.0.1:\(port)", within: Self.brief)
                return .success(try await line.send(Self.search))
            } catch {
                // The connection is closed, not only forgotten.
                try await server.isLeft.wait()
                return .failure(error)
            }
        }
        #expect(Self.isUnanswered(result, "no whole answer in time"), "\(result)")
        #expect(server.connections == 1)
    }

    @Test func anAnswerThatNeverEndsIsBounded() async throws {
        let server = RawServer([
            .saysWithoutEnd("HTTP/1.1 200 OK\r\n\r\n", then: String(repeating: " ", count: 65_536))
        ])
        let result = try await Self.ask(server)
        #expect(Self.isUnanswered(result, "longer than"), "\(result)")
        let announced = RawServer([.saysAndKeeps("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n{")])
        let other = try await Self.ask(announced, within: .seconds(20))
        #expect(Self.isUnanswered(other, "longer than"), "\(other)")
    }

    @Test func whoGivesUpClosesTheConnection() async throws {
        let server = RawServer([.silent])
        try await server.serving { port in
            let call = Task { try await Self.line("http://127.0.0.1:\(port)").send(Self.search) }
            try await server.isAsked.wait()
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
            try await server.isLeft.wait()
        }
    }

    // MARK: Connections

    @Test func everyCallHasAConnectionOfItsOwn() async throws {
        let kept = RawServer.Act.saysAndKeeps(Self.answer("{}", headers: "Connection: keep-alive\r\n"))
        let server = RawServer([
            kept, kept, .says(Self.answer("{}", headers: "Connection: keep-alive\r\n")), kept,
        ])
        try await server.serving { port in
            let line = try Self.line("http://127.0.0.1:\(port)")
            for _ in 0..<4 { #expect(try await line.send(Self.search).status == 200) }
        }
        #expect(server.connections == 4 && server.requests.count == 4)
    }

    @Test func whoTakesNoConnectionsIsToldApart() async throws {
        // A port that nobody listens on: it was free a moment ago.
        let port = try await RawServer([]).serving { $0 }
        for request in [Self.search, .myself] {
            await #expect(throws: JiraUnsent("nobody takes connections there")) {
                try await Self.line("http://127.0.0.1:\(port)").send(request)
            }
        }
    }

    @Test func aNameThatIsNoneIsToldApart() async throws {
        for request in [Self.search, .myself] {
            await #expect(throws: JiraUnsent("the name jira.invalid cannot be resolved")) {
                try await Self.line("https://jira.invalid").send(request)
            }
        }
    }

    @Test func withoutASecureConnectionNothingIsSent() async throws {
        let server = RawServer([.says("HTTP/1.1 400 Bad Request\r\n\r\n")])
        let hangsUp = RawServer([.hangUp])
        let silent = RawServer([.silent])
        for (server, limit, reason) in [
            (server, Duration.seconds(30), "no secure connection"),
            (hangsUp, .seconds(30), "no secure connection"),
            (silent, Self.brief, "in time"),
        ] {
            // What is said to a server in clear could be anything; nothing may be there.
            let result = try await server.serving { port -> Result<JiraAnswer, any Error> in
                do {
                    let line = try Self.line("https://127.0.0.1:\(port)", within: limit)
                    return .success(try await line.send(Self.search))
                } catch { return .failure(error) }
            }
            #expect(Self.isUnsent(result, reason), "\(result)")
            #expect(server.requests.isEmpty)
        }
    }
}
