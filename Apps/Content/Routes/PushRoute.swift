import Hummingbird
import Lockstep
import LockstepServer

/// `POST /internal/push`: where a push service delivers. 200 acknowledges, also what was delivered before and what can
/// never succeed; 503 asks for redelivery. For workers' and operators' tokens.
struct PushRoute: Sendable {
    let desk: MessageDesk

    private struct Answer: Encodable {
        let result: String
        let code: String?
        let detail: String?
    }

    func add(to router: some RouterMethods<AppContext>) {
        router.post("/internal/push") { request, context in
            let identity = try context.requireIdentity()
            guard identity.operates || identity.mayWork(on: ContentRequest.name) else {
                throw Problem.forbidden("only a worker's or an operator's token may deliver messages")
            }
            let (body, length) = try await request.body.beginning(upTo: PushEnvelope.longest)
            let answer: Answer =
                switch try await desk.take(body, length: length) {
                case .handled: Answer(result: "handled", code: nil, detail: nil)
                case .known: Answer(result: "known", code: nil, detail: nil)
                case .parked(let failure):
                    Answer(result: "parked", code: failure.code, detail: failure.message)
                }
            return try Response.json(encoding: answer)
        }
    }
}
