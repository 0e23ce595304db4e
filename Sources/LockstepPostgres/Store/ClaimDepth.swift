import Lockstep
import Synchronization

/// How deep claimable jobs lie in the index of a status, and where to begin to look.
///
/// Claims take jobs in the order of the index, so what they leave behind, until a vacuum, is dead entries at its front.
/// While somebody holds an old snapshot open, no vacuum may remove them, and every claim would read past all of them.
/// Then claims begin where the last one found something, and only now and then somebody looks from the very beginning,
/// for priorities that nobody has seen and for jobs that came back from before.
///
/// Of several statuses, that in which jobs were found last is searched for real, the others are looked at.
final class ClaimDepth: Sendable {
    /// Where to begin, for a priority.
    struct Step: Hashable, Sendable {
        var priority: Int64
        /// The earliest `available_at` that is looked at.
        var since: Int64
    }
    /// Where claims are looked for.
    struct Place: Hashable, Sendable {
        let lifecycle: String
        let status: String
    }
    private struct Known {
        var steps: [Step] = []
        var nextLook: ContinuousClock.Instant
        var isLooking = false
    }
    private let deep = Mutex<[Place: Known]>([:])
    private let last = Mutex<Place?>(nil)

    /// Where jobs were found last.
    var likeliest: Place? {
        get { last.withLock { $0 } }
        set { last.withLock { $0 = newValue } }
    }

    /// So many entries may be read in vain before that counts as deep.
    private static let shallow = 1000
    /// A look from the beginning may take this part of the time.
    private static let share = 20
    private static let shortestPause = Duration.seconds(1)
    /// So much earlier than what was found claims begin, in microseconds: a start is decided a moment before others can
    /// see it, by a clock that may be a moment behind.
    private static let margin: Int64 = 500_000

    /// Where to begin, the highest priority first; `nil` where claims look from the beginning.
    func steps(_ place: Place) -> [Step]? {
        deep.withLock { $0[place]?.steps }?.map { Step(priority: $0.priority, since: $0.since - Self.margin) }
    }

    /// Takes note of what a search read and found.
    /// - Parameters:
    ///   - read: how many entries of the index it read.
    ///   - steps: the priorities it found jobs of, each with the earliest `available_at`.
    ///   - found: how many jobs.
    ///   - moment: when it searched.
    func note(_ place: Place, read: Int64, found: Int, _ steps: [Step], at moment: Timestamp) {
        deep.withLock { deep in
            if var known = deep[place] {
                for step in steps {
                    guard let index = known.steps.firstIndex(where: { $0.priority == step.priority }) else {
                        continue
                    }
                    known.steps[index].since = max(known.steps[index].since, step.since)
                }
                deep[place] = known
            } else if Self.isDeep(read, found) {
                // Nothing was found: what comes next has probably the priority that most jobs have.
                let usual = Step(priority: 0, since: moment.microseconds)
                deep[place] = Known(steps: steps.isEmpty ? [usual] : steps, nextLook: .now)
            }
        }
    }

    private static func isDeep(_ read: Int64, _ found: Int) -> Bool { read > Int64(shallow + 10 * found) }

    /// Whether it is time to look from the beginning; whoever is told so does.
    func mayLook(_ place: Place, at now: ContinuousClock.Instant) -> Bool {
        deep.withLock { deep in
            guard let known = deep[place], !known.isLooking, known.nextLook <= now else { return false }
            deep[place]?.isLooking = true
            return true
        }
    }

    /// Takes note of a look from the beginning; `nil` when it failed.
    /// - Parameters:
    ///   - moment: when it began.
    ///   - took: how long it took.
    func looked(
        _ place: Place, _ seen: (read: Int64, steps: [Step])?, at moment: Timestamp, took: Duration,
        now: ContinuousClock.Instant
    ) {
        deep.withLock { deep in
            guard let seen else {
                deep[place]?.isLooking = false
                deep[place]?.nextLook = now + Self.shortestPause
                return
            }
            guard Self.isDeep(seen.read, seen.steps.count) else {
                deep[place] = nil
                return
            }
            // Where nothing was seen, nothing older comes: claims must not wait for the next look to find what does.
            let known = deep[place]?.steps.map(\.priority) ?? []
            let priorities = Set(seen.steps.map(\.priority))
            let unseen = Set(known).subtracting(priorities).map {
                Step(priority: $0, since: moment.microseconds)
            }
            deep[place] = Known(
                steps: (seen.steps + unseen).sorted { $0.priority > $1.priority },
                nextLook: now + max(Self.shortestPause, took * Self.share))
        }
    }
}
