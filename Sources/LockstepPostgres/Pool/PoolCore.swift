import Dispatch
import Lockstep
import LockstepSQL
import Synchronization

/// Who waits, who is idle, and how many connections there may be: all that threads and callers of a pool share.
final class PoolCore: Sendable {
    private struct State {
        var isClosed = false
        /// The last one to become idle is the first to be used: its caches are warm, and the others may close.
        var idle: [ConnectionThread] = []
        var line = PoolLine()
        /// How many threads hold a connection.
        var open = 0
        /// How many threads are making one, or pause before that.
        var connecting: [ObjectIdentifier: ConnectionThread] = [:]
        var start: SlowStart
        var lastFault: SQLError?
        var isTimed = false
        var closers: [CheckedContinuation<Void, Never>] = []

        /// Whether one more thread should make a connection.
        var mustGrow: Bool {
            !isClosed && connecting.count < line.count
                && start.mayConnect(open: open, connecting: connecting.count)
        }
    }

    /// What a thread does next.
    enum Order {
        case run(PoolRequest)
        /// Nothing to do: wait for a letter.
        case wait
        case end
    }

    let options: PostgresOptions
    let onConnect: @Sendable (PGConnection) throws -> Void
    private let state: Mutex<State>

    init(_ options: PostgresOptions, onConnect: @escaping @Sendable (PGConnection) throws -> Void) {
        self.options = options
        self.onConnect = onConnect
        state = Mutex(State(start: SlowStart(limit: options.connections, backoff: options.backoff)))
    }

    // MARK: Callers

    /// Hands a request to an idle thread, or puts it in line.
    func submit(_ request: PoolRequest) {
        enum Way {
            case given(to: ConnectionThread)
            case inLine(isFirst: Bool, new: ConnectionThread?)
            case refused(any Error)
        }
        let way = state.withLock { state -> Way in
            if state.isClosed { return .refused(Self.closed) }
            if let thread = state.idle.popLast() { return .given(to: thread) }
            // The cancellation of a task that is not in line yet has found nothing to take out.
            if Task.isCancelled { return .refused(CancellationError()) }
            state.line.append(request)
            defer { state.isTimed = true }
            return .inLine(isFirst: !state.isTimed, new: grow(&state))
        }
        switch way {
        case .given(let thread): thread.give(request)
        case .refused(let error): request.fail(error)
        case .inLine(let isFirst, let new):
            new?.start()
            if isFirst { watch(until: request.deadline) }
        }
    }

    /// Takes a request out of the line whose task was cancelled.
    func cancel(_ number: UInt64) {
        state.withLock { $0.line.remove(number) }?.fail(CancellationError())
    }

    /// Refuses whoever comes from now on, and ends every thread after what it is doing.
    func beginClosing() {
        let (waiting, threads) = state.withLock { state in
            state.isClosed = true
            defer { state.idle = [] }
            return (state.line.removeAll(), state.idle + state.connecting.values)
        }
        for thread in threads { thread.stop() }
        for request in waiting { request.fail(Self.closed) }
    }

    /// Waits until no thread holds a connection.
    func waitUntilClosed() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.open > 0 { state.closers.append(continuation) }
                return state.open == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private static var closed: SQLError {
        SQLError(kind: .connection, message: "the store is closed; open it again")
    }

    // MARK: Threads

    /// What a thread with an open connection does next.
    /// - Parameter hasSucceeded: whether it comes from a use that went well.
    func next(_ thread: ConnectionThread, hasSucceeded: Bool = false) -> Order {
        let (order, new) = state.withLock { state -> (Order, ConnectionThread?) in
            if state.isClosed { return (.end, nil) }
            if hasSucceeded { state.start.used() }
            if let request = state.line.removeFirst() { return (.run(request), grow(&state)) }
            state.idle.append(thread)
            return (.wait, nil)
        }
        new?.start()
        return order
    }

    /// A thread was idle for long: whether it may end. Otherwise it stays idle, or a letter is on its way to it.
    func mayRetire(_ thread: ConnectionThread) -> Bool {
        state.withLock { state in
            guard state.idle.count > 1, let index = state.idle.firstIndex(where: { $0 === thread }) else {
                return false
            }
            state.idle.remove(at: index)
            return true
        }
    }

    /// When a thread may try to connect.
    var notBefore: ContinuousClock.Instant? { state.withLock(\.start.notBefore) }

    /// A request's connection was dead before anything was sent: it is the next one's. Another that is idle takes it
    /// at once, dead as it may be too: who waits in line waits for somebody who is busy, or connects.
    func putBack(_ request: PoolRequest) {
        enum Way {
            case given(to: ConnectionThread)
            case inLine(isFirst: Bool)
            case refused
        }
        let way = state.withLock { state -> Way in
            if state.isClosed { return .refused }
            if let thread = state.idle.popLast() { return .given(to: thread) }
            state.line.putBack(request)
            defer { state.isTimed = true }
            return .inLine(isFirst: !state.isTimed)
        }
        switch way {
        case .given(let thread): thread.give(request)
        case .inLine(let isFirst): if isFirst { watch(until: request.deadline) } else { expire() }
        case .refused: request.fail(Self.closed)
        }
    }

    /// A thread has made its connection.
    func connected(_ thread: ConnectionThread) {
        state.withLock { state in
            state.connecting[ObjectIdentifier(thread)] = nil
            state.open += 1
            state.start.connected(open: state.open)
        }
    }

    /// A thread could not make its connection.
    /// - Returns: whether it tries again.
    func failed(_ thread: ConnectionThread, _ error: any Error) -> Bool {
        let fault = error as? SQLError ?? SQLError(kind: .connection, message: "\(error)")
        let isHopeless = ![.connection, .unknown, .busy].contains(fault.kind)
        let (goesOn, hopeless) = state.withLock { state -> (Bool, [PoolRequest]) in
            state.connecting[ObjectIdentifier(thread)] = nil
            state.start.failed(at: .now)
            state.lastFault = fault
            let hopeless = isHopeless ? state.line.removeAll() : []
            let goesOn = state.mustGrow
            if goesOn { state.connecting[ObjectIdentifier(thread)] = thread }
            return (goesOn, hopeless)
        }
        for request in hopeless { request.fail(fault) }
        return goesOn
    }

    /// A thread has lost, or closed, its connection.
    /// - Returns: whether it makes a new one.
    func lost(_ thread: ConnectionThread) -> Bool {
        let (goesOn, closers) = state.withLock { state in
            state.open -= 1
            state.idle.removeAll { $0 === thread }
            let goesOn = state.mustGrow
            if goesOn { state.connecting[ObjectIdentifier(thread)] = thread }
            let closers = state.open == 0 ? state.closers : []
            if state.open == 0 { state.closers = [] }
            return (goesOn, closers)
        }
        for closer in closers { closer.resume() }
        return goesOn
    }

    /// A thread ends without having tried to connect again.
    func gaveUp(_ thread: ConnectionThread) {
        state.withLock { $0.connecting[ObjectIdentifier(thread)] = nil }
    }

    /// A thread more, if one is needed and allowed; to be started by the caller, outside the lock.
    private func grow(_ state: inout State) -> ConnectionThread? {
        guard state.mustGrow else { return nil }
        let thread = ConnectionThread(self)
        state.connecting[ObjectIdentifier(thread)] = thread
        return thread
    }

    // MARK: Time limits

    /// Looks after the line when its first has waited too long. All wait equally long, so the first to come is the
    /// first to go.
    private func watch(until deadline: ContinuousClock.Instant) {
        after(deadline) { [weak self] in self?.expire(rearms: true) }
    }

    private func after(_ deadline: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) {
        let rest = max(0, (deadline - .now).inMicroseconds + 1)
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(rest)), execute: body)
    }

    private func expire(rearms: Bool = false) {
        let now = ContinuousClock.now
        let (late, next, fault) = state.withLock { state in
            var late: [PoolRequest] = []
            while let head = state.line.head, head.deadline <= now {
                if let request = state.line.removeFirst() { late.append(request) }
            }
            let next = state.line.head?.deadline
            if rearms { state.isTimed = next != nil }
            return (late, next, late.isEmpty ? nil : shortage(state))
        }
        if let fault { for request in late { request.fail(fault) } }
        if rearms, let next { watch(until: next) }
    }

    /// Why there was no connection in time.
    private func shortage(_ state: State) -> SQLError {
        var kind = SQLError.Kind.connection
        let why: String
        if state.open > 0 {
            // The server is there; whoever has the connections gives them back.
            kind = .busy
            why =
                "all \(state.open) connections are in use; allow more connections, or look for long transactions"
        } else if let last = state.lastFault, state.start.isDown {
            why =
                "\(last.message); check that the server runs there, lets this user in and has room for connections"
        } else {
            why = "the server does not answer; check the network and the server's load"
        }
        return SQLError(
            kind: kind, message: "no connection was to be had within \(options.acquireTimeout): \(why)")
    }
}
