/// Finds the employee that a printed name stands for. It guesses nothing: a name that nobody's is near enough, or that
/// two people's are equally near, stays unresolved.
public struct NameMatcher: Sendable {
    /// A name that is less alike is nobody's.
    public static let threshold = 0.9
    /// People whose names are nearer to each other than this are equally near.
    public static let margin = 0.02

    private struct Entry {
        var employee: Int
        var form: NameForm
        var how: NameMatch.How
    }

    private let directory: [Employee]
    private let entries: [Entry]
    private let threshold: Double

    /// Prepares a directory.
    public init(directory: [Employee], threshold: Double = NameMatcher.threshold) {
        self.directory = directory
        self.threshold = threshold
        entries = directory.indices.flatMap { index in
            let employee = directory[index]
            return [Entry(employee: index, form: NameForm(employee.name), how: .exact)]
                + employee.aliases.map { Entry(employee: index, form: NameForm($0), how: .alias) }
        }
    }

    /// Whose name a printed one is.
    public func match(_ printed: String) -> NameMatch {
        let form = NameForm(printed)
        let same = entries.filter { $0.form.isSame(as: form) }
        for how in [NameMatch.How.exact, .alias] {
            let found = Set(same.filter { $0.how == how }.map(\.employee)).sorted()
            if found.count == 1 {
                return NameMatch(employee: directory[found[0]].id, how: how, confidence: 1)
            }
            // Two people of one name: an alias of another one does not decide between them.
            if !found.isEmpty { return unresolved(1, found) }
        }
        var scores: [Int: Double] = [:]
        for entry in entries {
            scores[entry.employee] = max(scores[entry.employee] ?? 0, entry.form.similarity(to: form))
        }
        guard let best = scores.values.max(), best >= threshold else {
            return unresolved(scores.values.max() ?? 0, [])
        }
        let near = scores.filter { $0.value > best - Self.margin }.keys.sorted()
        guard near.count == 1 else { return unresolved(best, near) }
        return NameMatch(employee: directory[near[0]].id, how: .fuzzy, confidence: best)
    }

    private func unresolved(_ confidence: Double, _ candidates: [Int]) -> NameMatch {
        NameMatch(
            employee: nil, how: .unresolved, confidence: confidence,
            candidates: candidates.map { directory[$0].id })
    }
}
