import Lockstep

extension Refusal {
    /// The failure with which a job is parked whose claim the database refuses: no worker will ever get it, and it must
    /// not stand in the way of the others.
    package var claimFailure: Failure {
        .adminRequired("no worker can claim the job: \(message)", code: "constraint_violated")
    }
}
