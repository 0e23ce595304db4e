/// What holds in one status of a lifecycle: how it is left, by whom, and how long it may last.
///
/// Rules are made by one of the opening words (``works(within:stuckAfter:)``, ``queues(for:within:)``,
/// ``waits(for:by:within:stuckAfter:)``, ``succeeds(keptFor:then:)``, ``fails(keptFor:then:)``,
/// ``closes(keptFor:)``, ``retired(as:)``) and refined by chaining.
public struct Rules<Status: Lifecycle>: Sendable {
    var rule: StatusRule
    /// Whether `neverFails()` or `fails(to:)` decided the failure target; otherwise the lifecycle's holds.
    var failureIsDeclared = false
    var cancellationIsDeclared = false

    private init(_ kind: StatusRule.Kind, limit: TimeLimit) {
        rule = StatusRule(name: "", kind: kind, limit: limit)
    }

    private func with(_ change: (inout Self) -> Void) -> Self {
        var copy = self
        change(&copy)
        return copy
    }

    // MARK: Opening words

    /// A worker's handler runs here. A job here without a live claim can be claimed in place.
    /// - Parameters:
    ///   - limit: how long a job may stay in this status, all attempts together.
    ///   - stuckAfter: after this time the job is listed as stuck, whether somebody works on it or not.
    public static func works(within limit: TimeLimit, stuckAfter: TimeLimit = .forever) -> Self {
        Self(.work, limit: limit).with { $0.rule.stuckAfter = stuckAfter }
    }

    /// Waits for a free worker; the claim itself is the move to `status`.
    public static func queues(for status: Status, within limit: TimeLimit) -> Self {
        Self(.queue, limit: limit).with { $0.rule.claimedAs = status.rawValue }
    }

    /// Waits for an outside event.
    /// - Parameters:
    ///   - event: what is waited for, in words for people ("the upload").
    ///   - source: who may raise it.
    ///   - limit: after this time the job goes to its `else` or to the failure status.
    ///   - stuckAfter: after this time the job is listed as stuck.
    public static func waits(
        for event: String, by source: EventSource = .anyone, within limit: TimeLimit,
        stuckAfter: TimeLimit = .forever
    ) -> Self {
        Self(.wait, limit: limit).with {
            $0.rule.event = event
            $0.rule.source = source
            $0.rule.stuckAfter = stuckAfter
        }
    }

    /// A good end. After `limit` the job is deleted, or moves on to `next`.
    public static func succeeds(keptFor limit: TimeLimit, then next: Status? = nil) -> Self {
        Self(.success, limit: limit).with { $0.rule.then = next?.rawValue }
    }

    /// A bad end. After `limit` the job is deleted, or moves on to `next`.
    public static func fails(keptFor limit: TimeLimit, then next: Status? = nil) -> Self {
        Self(.failure, limit: limit).with { $0.rule.then = next?.rawValue }
    }

    /// An end that is neither good nor bad, such as `expired` or `cancelled`.
    public static func closes(keptFor limit: TimeLimit) -> Self { Self(.closed, limit: limit) }

    /// An old name for `status`: readable and importable, never entered.
    public static func retired(as status: Status) -> Self {
        Self(.retired, limit: .forever).with { $0.rule.retiredAs = status.rawValue }
    }

    // MARK: Refinements

    /// The statuses that the worker's return, or the awaited event, may move the job to.
    public func moves(to statuses: Status...) -> Self {
        with { $0.rule.moves += statuses.map { DeclaredMove(to: $0.rawValue) } }
    }

    /// A move that puts a hold on the job (the target must declare it by ``holds(_:by:within:else:)``).
    public func moves(to status: Status, holding hold: String) -> Self {
        with { $0.rule.moves.append(DeclaredMove(to: status.rawValue, holding: hold)) }
    }

    /// A move that a job may make so many times; after that the job fails. This is what bounds a cycle.
    public func moves(to status: Status, atMost times: Int) -> Self {
        with { $0.rule.moves.append(DeclaredMove(to: status.rawValue, atMost: times)) }
    }

    /// How often the work may be tried and how long is waited in between.
    /// - Parameter attempts: all attempts, the first included; at least 1.
    public func retries(_ backoff: Backoff, attempts: Int) -> Self {
        with { $0.rule.retry = RetryPolicy(backoff: backoff, attempts: attempts) }
    }

    /// Jobs here are pushed to a webhook, for workers that do not ask for them.
    /// - Parameter webhook: a name that the deployment knows the address and the secret of, or an https URL.
    public func webhook(_ webhook: String) -> Self {
        with { $0.rule.webhook = Webhook(webhook) }
    }

    /// Where the deadline leads, when that is not the failure status.
    public func `else`(_ status: Status) -> Self {
        with { $0.rule.late = status.rawValue }
    }

    /// Where failures in this status lead, when that is not the lifecycle's failure status.
    public func fails(to status: Status) -> Self {
        with {
            $0.rule.failure = status.rawValue
            $0.failureIsDeclared = true
        }
    }

    /// Nothing leads from this status to the failure status. Only for waits that last for ever or say `else`.
    public func neverFails() -> Self {
        with {
            $0.rule.failure = nil
            $0.failureIsDeclared = true
        }
    }

    /// A job in this status cannot be cancelled, although the lifecycle declares a cancellation.
    public func notCancellable() -> Self {
        with {
            $0.rule.cancellation = nil
            $0.cancellationIsDeclared = true
        }
    }

    /// A queue may be held: the job is not claimable until it is released.
    /// - Parameters:
    ///   - name: the hold's name, such as "clarification".
    ///   - source: who may release it.
    ///   - limit: after this time the job goes to `status`, or fails.
    public func holds(
        _ name: String, by source: EventSource = .person, within limit: TimeLimit, else status: Status? = nil
    ) -> Self {
        with {
            $0.rule.holds.append(
                Hold(name: name, source: source, limit: limit, late: status?.rawValue))
        }
    }

    /// What must be there before a job may enter this status, so that every road into it is guarded.
    public func needs(_ need: Need) -> Self {
        with { $0.rule.needs.append(need) }
    }

    /// An ended job may run again from `status`, by an operator or its owner.
    public func reopens(to status: Status) -> Self {
        with { $0.rule.reopens = status.rawValue }
    }

    /// Further columns as functions of the status: generated by the database, never written.
    public func shows(_ columns: [String: String]) -> Self {
        with { $0.rule.shows.merge(columns) { _, new in new } }
    }
}
