/// The definitions through which a lifecycle goes on its way from one version to the next.
///
/// Each of them is an ordinary definition, so that stores, drift checks and processes of any version know what to do
/// with it: old → expanded → activated → new.
extension Definition {
    /// This definition with the new statuses of another one behind its own: they are declared, and nothing leads into
    /// them.
    package func expanded(by target: Definition) -> Definition {
        Definition(
            name: name, statuses: statuses + target.statuses.filter { !declares($0.name) }, initial: initial)
    }

    /// The same statuses with the rules of another definition. Those that it lacks keep their own, so that jobs in them
    /// find their way out; nothing leads into them any more but from one to another.
    package func activated(as target: Definition) -> Definition {
        Definition(
            name: name, statuses: statuses.map { target.declaredRule(for: $0.name) ?? $0 },
            initial: target.initial)
    }

    /// The working statuses in which a handler of this definition may return what is no move of the installed one.
    package func statusesToWithhold(under installed: Definition) -> Set<String> {
        Set(
            statuses.filter { $0.kind == .work }.map(\.name).filter { status in
                !Set(allowed(from: status, by: .worker))
                    .isSubset(of: installed.allowed(from: status, by: .worker))
            })
    }

    /// The statuses that are an end in one of two definitions and none in the other: no job may be in one of them when
    /// the rules change.
    package func statusesWithOtherEnds(in other: Definition) -> [String] {
        names.filter { name in
            guard let before = rule(for: name), let after = other.rule(for: name) else { return false }
            return before.kind.isEnd != after.kind.isEnd
        }
    }
}
