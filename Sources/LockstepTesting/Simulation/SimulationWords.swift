import Lockstep

/// The words of a trace.
extension WorkerMachine.Event {
    var words: String {
        switch self {
        case .tick: "tick"
        case .woke: "woke"
        case .claimed(let records): records.map { "claimed \($0.map(\.words))" } ?? "no answer to a claim"
        case .finished(let command): "finished \(command.words)"
        case .reported(let command): "reported \(command.words)"
        case .applied(let commands, let outcomes):
            (outcomes == nil ? "no answer to " : "answer to ") + commands.map(\.words).joined(separator: ", ")
        case .beaten(let reply?):
            reply.isAlive
                ? "alive, holds \(reply.held.sorted { $0.key < $1.key }.map { "\($0.key)/\($0.value)" })"
                : "counts as dead"
        case .beaten(nil): "no answer to a heartbeat"
        case .swept(let hasMore): "swept, more \(hasMore)"
        case .stop: "stop"
        }
    }
}

extension WorkerMachine.Action {
    var words: String {
        switch self {
        case .claim(let request): "claim \(request.limit)"
        case .run(let record): "run \(record.words)"
        case .cancel(let job, let why): "cancel \(job), \(why)"
        case .apply(let commands): "apply " + commands.map(\.words).joined(separator: ", ")
        case .beat(let heartbeat): heartbeat.isLast ? "goodbye" : heartbeat.isFirst ? "hello" : "beat"
        case .sweep: "sweep"
        case .end: "end"
        }
    }
}

extension Command {
    var words: String {
        "\(job) \(change) by \(actor)" + (claim.map { " under \($0.worker)/\($0.fence)" } ?? "")
    }
}

extension JobRecord {
    var words: String {
        "\(id) in \(status), fence \(fence), attempt \(attempt), held by \(claimedBy?.text ?? "nobody")"
    }
}

extension Request {
    var words: String {
        switch self {
        case .claim(let request): "a claim of \(request.limit) for \(request.worker)"
        case .apply(let commands): commands.map(\.words).joined(separator: ", ")
        case .beat(let heartbeat): "a heartbeat of \(heartbeat.worker)"
        case .sweep: "a sweep"
        case .start(let job): "a start of \(job.id?.text ?? "")"
        case .history(let job): "a question for the history of \(job)"
        }
    }
}
