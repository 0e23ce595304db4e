import Foundation
import Lockstep
import Synchronization

/// Counts writes, and how long each has waited for its answer.
final class WriteMeter: Sendable {
    private struct State {
        var phase = ""
        var waits: [(phase: String, microseconds: [Int64])] = []
        var faults: [String] = []
    }

    private let state = Mutex(State())

    /// From here on another phase is counted.
    func begin(_ phase: String) {
        state.withLock {
            $0.phase = phase
            $0.waits.append((phase, []))
        }
    }

    /// Carries out a write, and counts it in the phase in which it ends.
    /// - Parameter count: for how many it counts.
    func time<Result>(_ count: Int = 1, _ write: () async throws -> Result) async throws -> Result {
        let begun = ContinuousClock.now
        do {
            let result = try await write()
            let wait = (ContinuousClock.now - begun).inMicroseconds
            state.withLock { state in
                guard let last = state.waits.indices.last else { return }
                for _ in 0..<count { state.waits[last].microseconds.append(wait) }
            }
            return result
        } catch {
            fault("\(error)")
            throw error
        }
    }

    /// Notes a write that failed.
    func fault(_ words: String) { state.withLock { $0.faults.append("\($0.phase): \(words)") } }

    /// What failed.
    var faults: [String] { state.withLock { $0.faults } }
    /// How many writes there were.
    var writes: Int { state.withLock { $0.waits.reduce(0) { $0 + $1.microseconds.count } } }
    /// The longest wait of all.
    var longest: Duration {
        .microseconds(state.withLock { $0.waits.flatMap(\.microseconds).max() ?? 0 })
    }

    /// Each phase with its writes, half of which waited no longer than the first figure, and none longer than the second.
    var description: String {
        state.withLock { state in
            state.waits.map { phase, waits in
                let sorted = waits.sorted()
                let middle = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
                return
                    "\(phase) \(sorted.count) writes, \(Self.milliseconds(middle)) / \(Self.milliseconds(sorted.last ?? 0)) ms"
            }.joined(separator: "; ")
        }
    }

    private static func milliseconds(_ wait: Int64) -> String { String(format: "%.1f", Double(wait) / 1000) }
}

/// A store whose writes are counted, and how long each waits.
struct TimedStore: WrappingStore {
    let base: any Store
    let meter: WriteMeter

    func start(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        let outcomes = try await meter.time(jobs.count) { try await base.start(jobs) }
        for case .refused(let refusal) in outcomes { meter.fault("\(refusal)") }
        return outcomes
    }

    func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        try await meter.time(0) { try await base.claim(request) }
    }

    func apply(_ commands: [Command]) async throws -> [Outcome] {
        let outcomes = try await meter.time(commands.count) { try await base.apply(commands) }
        for case .refused(let refusal) in outcomes { meter.fault("\(refusal)") }
        return outcomes
    }
}

/// A value that several tasks write.
final class Noted<Value: Sendable>: Sendable {
    private let mutex: Mutex<Value>

    init(_ value: Value) { mutex = Mutex(value) }

    var value: Value { mutex.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { mutex.withLock { body(&$0) } }
}

/// Calls something at an even pace until it is told to stop; then what is under way is waited for.
final class Pace: Sendable {
    private let isOver = Atomic(false)

    func stop() { isOver.store(true, ordering: .relaxed) }

    /// - Parameters:
    ///   - rate: how often in a second.
    ///   - call: is given its number, and may throw, which others do not hear of.
    func run(_ rate: Int, _ call: @escaping @Sendable (Int) async throws -> Void) async {
        let begun = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            var number = 0
            while !isOver.load(ordering: .relaxed) {
                let this = number
                // What it throws was counted where it failed.
                group.addTask { try? await call(this) }
                number += 1
                try? await Task.sleep(
                    until: begun + .seconds(1) * number / rate, clock: .continuous)
            }
        }
    }
}
