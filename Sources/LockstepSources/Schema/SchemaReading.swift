/// Reads schemas from the files of a repository.
public enum SchemaReading {
    /// A file to read.
    public struct File: Sendable, Hashable {
        /// Its path, from the root of the repository, with `/` between the parts.
        public let path: String
        /// What is in it.
        public let text: String

        /// Makes a file.
        public init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// Reads every schema that the files hold. Files that hold none are passed over.
    public static func read(_ files: [File]) -> Schema {
        let readings = SQLFiles.read(files).sorted { $0.origin < $1.origin }
        return Schema(columns: readings.flatMap(\.allColumns), notes: readings.flatMap(\.catalog.notes))
    }
}
