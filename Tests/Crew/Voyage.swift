import Lockstep
import LockstepTesting

/// A lifecycle in two versions that do not cover each other: the first waits for the scales, the second has a checker.
package enum Voyage1: String, Lifecycle {
    case queued, packing, weighing, done, failed

    package static let name = "voyage"
    package static let initial: Set = [queued]
    package static let failure = failed

    package var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .packing, within: .hours(1))
        case .packing:
            .works(within: .hours(1)).retries(.every(.milliseconds(20)), attempts: 50).moves(to: .weighing)
        case .weighing:
            .waits(for: "the scales", by: .system, within: .milliseconds(150)).moves(to: .done).else(.done)
        case .done: .succeeds(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1))
        }
    }
}

/// The second version.
package enum Voyage2: String, Lifecycle {
    case queued, packing, checking, done, failed

    package static let name = "voyage"
    package static let initial: Set = [queued]
    package static let failure = failed

    package var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .packing, within: .hours(1))
        case .packing:
            .works(within: .hours(1)).retries(.every(.milliseconds(20)), attempts: 50).moves(to: .checking)
        case .checking:
            .works(within: .hours(1)).retries(.every(.milliseconds(20)), attempts: 50).moves(to: .done)
        case .done: .succeeds(keptFor: .days(1))
        case .failed: .fails(keptFor: .days(1))
        }
    }
}

/// Works on voyages as a process of one of the versions.
struct Voyagers {
    let store: any Store
    let name: String
    let lease: Int

    /// Works until `stop`.
    func work(version: Int, until orders: Orders) async throws {
        let options = WorkerOptions(
            name: name, concurrency: 4, lease: .milliseconds(lease), poll: .milliseconds(50),
            sweep: .milliseconds(50), grace: .seconds(2))
        let worker = Worker(on: store, options: options) {
            if version == 1 {
                Handler(Voyage1.packing) { work in
                    work.report(50)
                    return .weighing
                }
            }
            if version == 2 {
                Handler(Voyage2.packing) { work in
                    work.report(50)
                    return .checking
                }
                Handler(Voyage2.checking) { _ in .done }
            }
        }
        async let running: Void = worker.run()
        while !orders.isOver { await orders.wait() }
        worker.stop()
        try await running
    }

    /// Makes one step of the rollout, and says what came of it.
    static func roll(_ step: String, on store: any Store) async throws {
        let move: RolloutMove =
            switch step {
            case "expand": .expand(to: Definition(Voyage2.self))
            case "activate": .activate()
            default: .contract
            }
        do {
            say("made \(try await store.rollOut(Voyage1.name, move).phase.rawValue)")
        } catch let refusal as RolloutRefusal {
            say("refused \(refusal.reason.rawValue) \(refusal)")
        }
    }
}
