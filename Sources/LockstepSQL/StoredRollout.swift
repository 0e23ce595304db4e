import Lockstep

extension Rollout {
    /// Reads a rollout as SQL stores keep it.
    /// - Throws: ``SchemaRefusal`` for one that only a newer version understands: it must not be passed over.
    package init(
        lifecycle: String, phase: String, source: String, target: String, changedAt: Timestamp
    ) throws(SchemaRefusal) {
        guard let phase = Phase(rawValue: phase) else {
            throw SchemaRefusal(
                .cannotInstall,
                "lifecycle '\(lifecycle)' is in the phase '\(phase)' of a change, which this version does not know; "
                    + "use a newer version")
        }
        self.init(
            lifecycle: lifecycle, phase: phase,
            source: try SchemaScope.definition(named: lifecycle, json: source),
            target: try SchemaScope.definition(named: lifecycle, json: target), changedAt: changedAt)
    }
}
