import Lockstep
import LockstepPush
import LockstepTesting

/// Push delivery on a store, with what tests need of it.
enum Field {
    static let secret = "a secret of the tests"
    /// The tests' receivers are on this machine.
    static let local: AddressRules = {
        guard let loopback = IPNetwork("127.0.0.1/32") else { preconditionFailure("no block") }
        return AddressRules(allowed: [loopback])
    }()

    static func options(_ url: String, _ change: (inout PushOptions) -> Void = { _ in }) throws -> PushOptions
    {
        var options = PushOptions(
            targets: [try PushTarget("errands", url: url, secrets: [secret])], addresses: local,
            timeout: .seconds(120), connectTimeout: .seconds(60), poll: .milliseconds(50), lease: .seconds(60)
        )
        change(&options)
        return options
    }

    /// Delivers while `body` runs.
    static func delivering<Result>(
        _ options: PushOptions, on store: any Store, _ body: () async throws -> Result
    ) async throws -> Result {
        let delivery = try PushDelivery([Definition(Errand.self)], on: store, options: options)
        let running = Task { try await delivery.run() }
        let result: Result
        do {
            result = try await body()
        } catch {
            delivery.stop()
            try await running.value
            throw error
        }
        delivery.stop()
        try await running.value
        return result
    }

    /// The job once a condition holds.
    static func job(
        _ errands: Jobs<Errand>, _ id: JobID, when condition: (JobRecord) -> Bool
    ) async throws -> JobRecord {
        for try await job in errands.watch(id) where condition(job.record) { return job.record }
        throw Conformance.Violation(description: "the job ended before the condition held")
    }

    /// Delivers one job until a condition holds, and gives the job and its history.
    static func run(
        _ options: PushOptions, on store: any Store, _ input: [String: String] = [:],
        until condition: (JobRecord) -> Bool
    ) async throws -> (job: JobRecord, history: [HistoryEntry]) {
        let errands = try await Jobs<Errand>(on: store)
        let started = try await errands.start(input, owner: "anna")
        let record = try await delivering(options, on: store) {
            try await job(errands, started.id, when: condition)
        }
        return (record, try await errands.history(of: started.id))
    }
}
