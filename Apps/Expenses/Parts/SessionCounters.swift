import LockstepServer

/// How often sessions changed their status, and how often that was refused, for Prometheus.
public struct SessionCounters: Sendable {
    /// Transitions that were made, whichever process made them.
    public let made = AppCounter(
        "expense_session_transitions_total", "Status transitions of expense sessions that were made.",
        labels: ["from", "to"])
    /// Transitions that were asked for by their statuses and refused.
    public let refused = AppCounter(
        "expense_session_transitions_refused_total",
        "Status transitions of expense sessions that were refused.",
        labels: ["from", "to"])

    /// All of them.
    public var all: [AppCounter] { [made, refused] }
}
