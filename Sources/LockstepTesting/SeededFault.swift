/// The faults that are seeded in a store to see that a check, a suite or a simulation notices them.
package enum SeededFault: String, CaseIterable, Sendable {
    case fenceIgnored = "the fence is ignored"
    case commitDropped = "a commit is dropped"
    case doubleMove = "a move happens twice"
    case sweepSkips = "the sweep skips dead workers' jobs"
    case keyNotUnique = "keys are not unique"
    case progressFalls = "progress falls"
    case historyOutOfOrder = "the history is out of order"
    case deadlineIgnored = "deadlines are ignored"
    case heldJobClaimed = "held jobs are claimed"
    case shutdownCounts = "a shutdown counts an attempt"
    case pauseIgnored = "pauses are ignored"

    /// Those that a simulation can show: its clients pause nothing.
    package static let simulated = allCases.filter { $0 != .pauseIgnored }
}
