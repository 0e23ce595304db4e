import Lockstep

/// Makes the steps of an export.
///
/// A run ends when all is done, or by throwing: a failure that is temporary says when to run again, and running again
/// from what was recorded last is always right, also after a crash.
public struct ExportRunner: Sendable {
    private let transport: any JiraTransport
    private let times: ExportTimes
    private let now: @Sendable () -> Timestamp

    /// Makes a runner.
    /// - Parameter now: the time; it may be off, but must not be set back while a ticket is in doubt.
    public init(
        transport: any JiraTransport, times: ExportTimes = .standard, now: @escaping @Sendable () -> Timestamp
    ) {
        self.transport = transport
        self.times = times
        self.now = now
    }

    /// Exports until everything is created or refused.
    /// - Parameters:
    ///   - issue: the issue that a ticket becomes; its project and its telling label are the plan's.
    ///   - record: keeps the plan. It must be kept when this returns, and must throw when somebody else is in
    ///     charge of the export by now.
    /// - Returns: the plan in the end; ``ExportPlan/refusal`` tells whether Jira refused tickets.
    /// - Throws: ``Lockstep/Failure``; what `issue` and `record` throw; `CancellationError`.
    public func run(
        _ start: ExportPlan, issue: (String) throws -> JiraIssue,
        record: (ExportPlan) async throws -> Void
    ) async throws -> ExportPlan {
        var plan = start
        while true {
            try Task.checkCancellation()
            let begun = now()
            switch plan.step(at: begun, times: times) {
            case .done: return plan
            case .wait(let until, let why):
                throw Failure.temporary(
                    why, code: "jira_wait",
                    retryAfter: TimeLimit(microseconds: until.microseconds - begun.microseconds))
            case .call(let call):
                let request = try plan.request(call, issue: issue)
                if call.creates {
                    plan.begin(call, at: begun)
                    try await record(plan)
                    // Whoever takes over believes after a while that a call that was recorded is over. One that
                    // comes so late, because the machine slept, must not be made any more.
                    guard now() - begun <= times.send, now() >= begun else {
                        plan.withdraw(call)
                        try await record(plan)
                        throw Failure.temporary(
                            "Recording what is about to be created took too long.", code: "export_too_slow")
                    }
                }
                let outcome: Result<JiraAnswer, any Error>
                do {
                    outcome = .success(try await transport.send(request))
                } catch let error as CancellationError {
                    throw error
                } catch {
                    outcome = .failure(error)
                }
                let failure = plan.finish(call, outcome, at: now())
                try await record(plan)
                if let failure { throw failure }
            }
        }
    }
}
