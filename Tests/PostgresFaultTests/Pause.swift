import Foundation
import Lockstep
import LockstepTesting

/// Lets the load of a campaign go on for a while: a length of the load, not a wait for something.
func pause(_ duration: Duration) async throws {
    try await SystemTime().sleep(until: SystemTime().now() + duration)
}

/// Whether the long runs are wanted.
let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil
