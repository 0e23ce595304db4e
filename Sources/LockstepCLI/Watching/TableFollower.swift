import Lockstep
import LockstepSQL
import LockstepServer
import ServiceLifecycle

/// Looks at tables again and again, and shows what it sees.
struct TableFollower: Service {
    let tables: GuardedTables
    let every: Duration
    let json: Bool
    let terminal: Terminal
    var time: any TimeSource = SystemTime()

    /// Goes on until a graceful shutdown begins.
    func run() async throws {
        var last: [String: String] = [:]
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await tables.look()
            try show(&last)
            do {
                let (time, moment) = (time, time.now() + every)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
            } catch {
                // The sleep was cut short because the service ends.
                return
            }
        }
    }

    /// - Parameter last: what was said of each table last.
    private func show(_ last: inout [String: String]) throws {
        let standings = tables.standings
        if terminal.isTerminal, !json { Output.text("\u{1B}[H\u{1B}[2J") }
        for (index, standing) in standings.enumerated() {
            let (name, table) = (standing.guarded.name, standing.guarded.table)
            if let trouble = standing.trouble {
                if json {
                    try Output.json(FailedLookDocument(trouble, of: table))
                } else if terminal.isTerminal || last[name] != trouble.message {
                    Output.complain("\(name) cannot be looked at and is tried again: \(trouble.message)")
                }
                last[name] = trouble.message
                continue
            }
            guard let look = standing.look else { continue }
            let text = LookText(look, of: table, on: terminal)
            if json {
                try Output.json(LookDocument(look, of: table))
            } else if terminal.isTerminal {
                if index > 0 { Output.line() }
                for line in text.lines() { Output.line(line) }
            } else if last[name] != text.summary {
                Output.line("\(Span.moment(look.at))  \(text.summary)")
            }
            last[name] = text.summary
            guard !json, !terminal.isTerminal, last["\(name) notes"] != "\(look.notes)" else { continue }
            last["\(name) notes"] = "\(look.notes)"
            for note in look.notes { Output.complain("\(name): \(note)") }
        }
    }
}
