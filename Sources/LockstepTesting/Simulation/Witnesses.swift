/// What must have happened in some run: where nothing happens, nothing goes wrong.
package enum Witness: Int, CaseIterable, Sendable {
    case started, startRepeated, keyReused, claimed, claimKept, staleRefused, lowerProgress
    case yielded, retried, lost, parked, resumed, held, released, expired, cancelled, reopened, retired
    case deleted, workerSwept, takenForDead, renamed, strayGivenBack, runCancelled, stopped, deafHandler
    case crashed, paused, clockStepped, outOfReach, answerLost, requestLost, lateArrival, unwritable
    case cleanedUp
}

/// How often each was seen.
package struct Witnesses: Sendable {
    package private(set) var counts = [Int](repeating: 0, count: Witness.allCases.count)

    package init() {}

    package subscript(witness: Witness) -> Int { counts[witness.rawValue] }

    mutating func note(_ witness: Witness) { counts[witness.rawValue] += 1 }

    /// Adds another run's.
    package mutating func add(_ other: Witnesses) {
        for place in counts.indices { counts[place] += other.counts[place] }
    }
}
