import Lockstep

/// One simulated run: two or three workers, two clients and a store in which things go wrong, on one thread,
/// under a seeded scheduler and a seeded clock. The same seed gives the same trace, in any process.
///
/// The workers are the real machines, the store is the real in-memory state; simulated are the shell around a
/// machine, the handlers, the wire, the clocks and the clients. First everything breaks: answers and requests
/// are lost or late, processes crash, stand still or are stopped, clocks jump, the store is out of reach. Then
/// the troubles end, and everything has to come to an end. An ``Oracle`` judges every commit.
package struct Simulation {
    /// The seed: the same one gives the same run.
    package let seed: UInt64
    /// What is seeded in the store.
    package let fault: SeededFault?
    /// What is seeded in the workers' shells.
    package let shellFault: ShellFault?

    package init(seed: UInt64, fault: SeededFault? = nil, shellFault: ShellFault? = nil) {
        self.seed = seed
        self.fault = fault
        self.shellFault = shellFault
    }

    /// What a run came to.
    package struct Result: Sendable {
        /// How many things happened.
        package var steps: Int
        /// How many commits the oracle judged.
        package var commits: Int
        /// How many microseconds of virtual time passed.
        package var microseconds: Int64
        /// What must not be, if it was.
        package var violation: String?
        /// A digest of everything that happened, in order.
        package var digest: UInt64
        /// What happened at least once, and how often.
        package var witnessed: Witnesses
        /// One line for every step; empty unless it was asked for.
        package var trace: [String]
    }

    /// The definition that all runs use: made once, for it is audited.
    private static let audited = Swift.Result { try Definition(Shipment.self).audited() }

    /// Runs it.
    /// - Parameter tracing: whether every step is written down; it costs several times the time.
    package func run(tracing: Bool = false) -> Result {
        switch Self.audited {
        case .failure(let error):
            Result(
                steps: 0, commits: 0, microseconds: 0,
                violation: "the simulated lifecycle is unsound: \(error)",
                digest: 0, witnessed: Witnesses(), trace: [])
        case .success(let definition):
            SimulationRun.result(of: self, on: definition, tracing: tracing)
        }
    }
}

/// A fault in a worker's shell, to see that the simulation judges workers too.
package enum ShellFault: String, CaseIterable, Sendable {
    case strayKept = "claims whose answer was lost are kept"
    case lossUnnoticed = "lost claims are not noticed"
    case failureAtShutdown = "a failure at the shutdown counts an attempt"
    case stopIgnored = "a stop is not heard"
    case claimsTooMuch = "a worker claims one job more than it can run"
}
