import Foundation
import LockstepSQL

/// A thread that holds one connection and carries out on it what it is given, one after the other.
final class ConnectionThread: Sendable {
    private enum Letter: Sendable {
        case request(PoolRequest)
        case stop
    }

    private let core: PoolCore
    private let mailbox = ThreadMailbox<Letter>()

    init(_ core: PoolCore) { self.core = core }

    /// Begins; the thread connects, and ends by itself.
    func start() {
        let thread = Thread { [self] in live() }
        thread.name = "lockstep-pg"
        thread.start()
    }

    /// Gives it something to do while it is idle.
    func give(_ request: PoolRequest) { mailbox.post(.request(request)) }

    /// Ends it as soon as it has nothing to do.
    func stop() { mailbox.post(.stop) }

    private func live() {
        while let connection = connect() {
            serve(connection)
            connection.close()
            guard core.lost(self) else { return }
        }
    }

    // MARK: Connecting

    /// Connects, however often it takes; `nil` when nobody waits for it any more.
    private func connect() -> PGConnection? {
        while true {
            if let moment = core.notBefore, case .stop = mailbox.take(until: moment) {
                core.gaveUp(self)
                return nil
            }
            do {
                let connection = try PGConnection.connect(core.options)
                try core.onConnect(connection)
                connection.hasSent = false
                core.connected(self)
                return connection
            } catch {
                guard core.failed(self, error) else { return nil }
            }
        }
    }

    // MARK: Serving

    /// Carries out what comes until the connection is broken or no longer needed.
    private func serve(_ connection: PGConnection) {
        var order = core.next(self)
        while true {
            switch order {
            case .end: return
            case .wait:
                switch mailbox.take(until: .now + core.options.idleTimeout) {
                case .request(let request): order = .run(request)
                case .stop: return
                case nil: if core.mayRetire(self) { return }
                }
            case .run(let request):
                guard let next = carryOut(request, connection) else { return }
                order = next
            }
        }
    }

    /// Runs a body.
    /// - Returns: what comes next; `nil` when the connection is broken.
    private func carryOut(_ request: PoolRequest, _ connection: PGConnection) -> PoolCore.Order? {
        // Whether the connection died while it was idle shows before anything is sent.
        guard connection.isAlive() else {
            core.putBack(request)
            return nil
        }
        connection.hasSent = false
        let ending = request.run(connection)
        if connection.isBroken, !connection.hasSent, !request.isRetry {
            var again = request
            again.isRetry = true
            core.putBack(again)
            return nil
        }
        tidy(connection)
        if connection.isBroken {
            ending.tell()
            return nil
        }
        // Idle first: whoever is told may ask for a connection at once.
        let next = core.next(self, hasSucceeded: ending.error == nil)
        ending.tell()
        return next
    }

    /// A transaction that was left open is undone.
    private func tidy(_ connection: PGConnection) {
        guard connection.isInTransaction else { return }
        do {
            try connection.execute("ROLLBACK")
        } catch {
            // What cannot be undone by a word is undone by hanging up.
            connection.close()
        }
    }
}
