/// The schemas of a repository as its migrations, dumps and models leave them.
public struct Schema: Sendable, Hashable {
    /// Something that was not understood, or that a reader of the schema should know.
    public struct Note: Sendable, Hashable {
        /// Where it is written.
        public let place: SourcePlace
        /// One sentence.
        public let sentence: String

        init(_ place: SourcePlace, _ sentence: String) {
            self.place = place
            self.sentence = sentence
        }
    }

    /// Every column of every table, by origin (the best witness first), table and position in the table.
    public let columns: [SchemaColumn]
    /// What was not understood.
    public let notes: [Note]

    init(columns: [SchemaColumn], notes: [Note]) {
        self.columns = columns
        self.notes = notes
    }

    /// The columns of a name, of every table and origin, the best witness first. Case does not count.
    public func columns(named name: String) -> [SchemaColumn] {
        let name = name.lowercased()
        return columns.filter { $0.column.lowercased() == name }
    }
}
