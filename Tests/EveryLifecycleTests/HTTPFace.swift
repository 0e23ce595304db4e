import AppSupport
import AsyncHTTPClient
import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import NIOCore
import NIOHTTP1

/// The HTTP API: the server's own routes on a free port, asked by a real client with a user's or an
/// operator's token.
struct HTTPFace: MoveFace {
    let name = "HTTP"
    let actors: [Actor.Kind]? = [.owner, .operator]
    let verifiesNeeds = false
    private let port: Int
    private let store: any Store
    private let lifecycle: String
    private let input: JSONValue

    private static let tokens = StaticTokens([
        "owner": Identity(user: Journeys.owner, role: .client),
        "operator": Identity(user: "olga", role: .operator),
        "worker": Identity(user: "willi", role: .worker),
    ])

    /// Serves the job routes of a store while `body` runs.
    static func serving(
        _ listed: Listed, on store: any Store, _ body: @escaping @Sendable (HTTPFace) async throws -> Void
    ) async throws {
        let router = LockstepServer.router(store: store, tokens: tokens)
        APIRoutes(store: store).add(to: router)
        let input = try JSONValue(parsing: listed.input)
        try await Serving.run(router) { try await body(HTTPFace(port: $0, store: store, listed, input)) }
    }

    private init(port: Int, store: any Store, _ listed: Listed, _ input: JSONValue) {
        self.port = port
        self.store = store
        lifecycle = listed.definition.name
        self.input = input
    }

    /// What the server said.
    private struct Reply {
        let status: Int
        let type: String
        let json: JSONValue
    }

    private func post(_ path: String, as token: String, _ body: [String: JSONValue]) async throws -> Reply {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.body = .bytes(ByteBuffer(string: try JSONValue.object(body).encoded()))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let text = try await String(buffer: response.body.collect(upTo: 4 << 20))
        return Reply(
            status: Int(response.status.code), type: response.headers.first(name: "content-type") ?? "",
            json: try JSONValue(parsing: text))
    }

    func ask(_ questions: [MoveQuestion]) async throws -> [MoveAnswer] {
        var answers: [MoveAnswer] = []
        for question in questions {
            let reply = try await post(
                "/v1/jobs/\(question.job.id)/moves", as: question.actor?.rawValue ?? "",
                ["to": .string(question.to)])
            answers.append(
                try await MoveAnswer(
                    seeing: question.job, in: store, accepted: reply.status == 200,
                    explanation: Self.explanation(reply), words: reply.json["detail"]?.text ?? ""))
        }
        return answers
    }

    /// What a problem document (RFC 9457) says of the refusal; `nil` when it is none or does not say all.
    private static func explanation(_ reply: Reply) -> MoveAnswer.Explanation? {
        let json = reply.json
        guard reply.type == "application/problem+json", let code = json["code"]?.text,
            json["type"]?.text == "urn:lockstep:problem:\(code)", json["title"]?.text != nil,
            json["status"]?.double == Double(reply.status), json["detail"]?.text != nil
        else { return nil }
        // A move that is refused is a conflict; a status that nobody declared cannot be processed.
        guard reply.status == (code == "undeclared_status" ? 422 : 409) else { return nil }
        return MoveAnswer.Explanation(
            code: code, from: json["from"]?.text, to: json["to"]?.text,
            allowed: json["allowed"]?.list?.compactMap(\.text))
    }

    func start(in statuses: [String]) async throws -> [Bool]? {
        var started: [Bool] = []
        for status in statuses {
            var seen: Set<Bool> = []
            for token in ["owner", "operator"] {
                let body: [String: JSONValue] = [
                    "lifecycle": .string(lifecycle), "status": .string(status), "input": input,
                ]
                let reply = try await post("/v1/jobs", as: token, body)
                seen.insert(reply.status == 201 && reply.json["status"]?.text == status)
                let lacksNeeds = reply.status == 409 && reply.json["code"]?.text == "needs_unmet"
                guard reply.status == 201 || reply.status == 422 || lacksNeeds else {
                    throw Conformance.Violation(
                        description: "a start in '\(status)' was answered by \(reply.status)")
                }
            }
            guard let only = seen.first, seen.count == 1 else {
                throw Conformance.Violation(
                    description: "the owner and the operator were told different things of '\(status)'")
            }
            started.append(only)
        }
        return started
    }

    /// How often a worker's token was refused with 403, whatever it wanted.
    func refusalsOfWorkers(_ questions: [MoveQuestion]) async throws -> Int {
        var refused = 0
        for question in questions {
            let path = "/v1/jobs/\(question.job.id)/moves"
            let reply = try await post(path, as: "worker", ["to": .string(question.to)])
            if reply.status == 403 { refused += 1 }
        }
        return refused
    }
}

extension JSONValue {
    fileprivate var list: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
}
