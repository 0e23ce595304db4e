import Lockstep

/// How long the parts of an export take at most.
public struct ExportTimes: Hashable, Sendable {
    /// How long after its intent was recorded a call may still be made.
    public var send: Duration
    /// How long a call may take.
    public var call: Duration
    /// How long after its intent was recorded a call has been done, or never will be: the two above, and what Jira
    /// may take to finish a request whose connection is gone.
    public var settled: Duration
    /// How old a creation is when the search alone knows of it for sure.
    public var indexed: Duration

    /// Makes times.
    /// - Parameter settled: no shorter than `send` and `call` together.
    public init(send: Duration, call: Duration, settled: Duration, indexed: Duration) {
        self.send = send
        self.call = call
        self.settled = max(settled, send + call)
        self.indexed = max(indexed, self.settled)
    }

    /// 15 seconds to make a call, 60 for its answer, 4 minutes in all; a day for the search, which Atlassian
    /// says learns of an issue within seconds to minutes.
    public static let standard = ExportTimes(
        send: .seconds(15), call: .seconds(60), settled: .seconds(240), indexed: .seconds(86_400))
}
