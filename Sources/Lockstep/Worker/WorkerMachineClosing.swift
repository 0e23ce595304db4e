/// What the shell asks the machine about a handler that ended and about a write that failed: pure, so that
/// whatever else plays the shell decides alike.
extension WorkerMachine {
    /// Puts the last touch to what a handler that ended wants written.
    /// - Parameters:
    ///   - cancellation: why the handler was cancelled; `nil` when it was not.
    ///   - statuses: the working statuses that the worker has handlers for, by lifecycle.
    package static func closing(
        _ command: Command, cancellation: Cancellation?, statuses: [String: [String]]
    ) -> Command {
        var command = command
        switch command.change {
        case .move(let status):
            // Finishing here and claiming what follows is one move, when this worker can do what follows.
            command.keepsClaim = statuses[command.lifecycle]?.contains(status) ?? false
        case .yield where cancellation == nil:
            // Nobody cancelled it: the handler's own work threw a cancellation, which is an error like any.
            command.change = .fail(.temporary("the handler was cancelled by its own work", code: "cancelled"))
        case .fail where cancellation == .shutdown:
            // What fails while it is being cancelled fails because of it, and a shutdown is no attempt.
            command.change = .yield
        default: break
        }
        return command
    }

    /// What a write that failed as a whole came to; `nil` when nothing is known. A single command that can
    /// never be written (its companion violates a constraint that is checked at commit) is refused, so that
    /// its job is parked.
    package static func outcomes(of commands: [Command], failingWith error: any Error) -> [Outcome]? {
        guard commands.count == 1, Failure(error).audience == .adminRequired else { return nil }
        return [.refused(.companionFailed(error))]
    }
}
