import Lockstep

extension SchemaScope {
    /// Reads a stored definition for a migration.
    /// - Throws: ``SchemaRefusal`` when this version cannot read it: its tables cannot be passed over.
    public static func definition(named name: String, json: String) throws(SchemaRefusal) -> Definition {
        do {
            return try JSONText.decode(Definition.self, from: json)
        } catch {
            throw SchemaRefusal(
                .noWay,
                "lifecycle '\(name)' was installed by a newer version and cannot be read by this one, so that its "
                    + "tables cannot be migrated; migrate with the newer version")
        }
    }
}
