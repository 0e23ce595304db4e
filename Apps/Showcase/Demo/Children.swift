import Dispatch
import Foundation
import Synchronization

/// All processes that the demo started; they end with it, whatever ends it.
final class Children: Sendable {
    private struct State {
        var children: [Child] = []
        var sources: [any DispatchSourceSignal] = []
        var isClosed = false
        var environment: [String: String]
    }
    private let state: Mutex<State>

    /// - Parameter environment: what every process finds in its environment besides ours.
    init(environment: [String: String]) { state = Mutex(State(environment: environment)) }

    /// What every process that is started from now on finds in its environment too.
    func add(toEnvironment more: [String: String]) {
        state.withLock { $0.environment.merge(more) { $1 } }
    }

    /// Starts a process.
    func start(_ name: String, _ arguments: [String]) throws -> Child {
        let child = try Child(name, arguments, state.withLock(\.environment))
        let isClosed = state.withLock { state in
            state.children.append(child)
            return state.isClosed
        }
        if isClosed {
            child.kill()
            throw CancellationError()
        }
        return child
    }

    /// Starts a process that has ended once more, with the same arguments.
    func startAgain(_ name: String) throws -> Child {
        let known = state.withLock { $0.children }
        guard let arguments = known.last(where: { $0.name == name })?.arguments else {
            throw DemoError("There was no process '\(name)' to start again.")
        }
        return try start(name, arguments)
    }

    /// The running process whose workers bear this name: a worker's id is its name and something unique.
    func owner(ofWorker id: String) -> Child? {
        let known = state.withLock { $0.children }
        return known.first { $0.isRunning && id.hasPrefix($0.name + "-") }
    }

    /// Ends all of them, the last one first.
    func endAll() async {
        let children = state.withLock { state in
            state.isClosed = true
            return state.children
        }
        for child in children.reversed() { await child.end() }
    }

    /// Calls `body` once when the demo is interrupted or asked to end.
    func onSignal(_ body: @escaping @Sendable () -> Void) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            signal(number, SIG_IGN)
            state.withLock { state in
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler(handler: body)
                source.resume()
                state.sources.append(source)
            }
        }
    }
}
