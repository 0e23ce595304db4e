import Lockstep

/// Lifecycles that nobody has declared, from a seed.
struct RandomLifecycle {
    private var generator: SplitMix
    private let names: [String]

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
        let words = [
            "queued", "in_review", "rendering", "awaiting_the_upload_of_the_video", "x", "done", "Prüfung",
            "待機中",
        ]
        let count = Int.random(in: 3...11, using: &generator)
        names = (0..<count).map { "\(words[$0 % words.count])\($0 < words.count ? "" : "_\($0)")" }
    }

    /// The definition; it may have faults that an audit finds, and has to be drawn all the same.
    mutating func definition() -> Definition {
        let ends = Int.random(in: 1...max(1, names.count / 3), using: &generator)
        var statuses: [StatusRule] = []
        for (index, name) in names.enumerated() {
            statuses.append(
                index >= names.count - ends
                    ? end(name, isFirst: index == names.count - ends) : living(name, index, ends))
        }
        let starts = (0..<Int.random(in: 1...2, using: &generator)).map { names[$0] }
        return Definition(name: "random", statuses: statuses, initial: starts)
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &generator) < percent
    }
    private mutating func any() -> String { names.randomElement(using: &generator) ?? names[0] }

    private mutating func end(_ name: String, isFirst: Bool) -> StatusRule {
        let kind: StatusRule.Kind =
            isFirst ? .success : [.failure, .closed].randomElement(using: &generator) ?? .failure
        var rule = StatusRule(name: name, kind: kind, limit: chance(20) ? .forever : .days(30))
        if chance(30) { rule.reopens = names[0] }
        if chance(15), let last = names.last, last != name { rule.then = last }
        return rule
    }

    private mutating func living(_ name: String, _ index: Int, _ ends: Int) -> StatusRule {
        let next = names[index + 1]
        let firstEnd = names[names.count - ends]
        var rule: StatusRule
        switch Int.random(in: 0..<3, using: &generator) {
        case 0 where index + 1 < names.count - ends:
            rule = StatusRule(name: name, kind: .queue, limit: .hours(6))
            rule.claimedAs = next
        case 1:
            rule = StatusRule(name: name, kind: .wait, limit: .minutes(15))
            rule.event = "the word of somebody who has to look at it"
            rule.moves = [DeclaredMove(to: next)]
        default:
            rule = StatusRule(name: name, kind: .work, limit: .minutes(90))
            rule.moves = [DeclaredMove(to: next)]
        }
        if rule.kind != .queue {
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                let target = any()
                if rule.move(to: target) == nil { rule.moves.append(DeclaredMove(to: target, atMost: 3)) }
            }
        }
        if ends > 1 || chance(50) { rule.failure = names.last ?? firstEnd }
        if ends > 1, chance(60) { rule.cancellation = names[names.count - 2] }
        if chance(20) { rule.late = any() }
        return rule
    }
}

/// A small generator with a seed (G. L. Steele, D. Lea, C. H. Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
