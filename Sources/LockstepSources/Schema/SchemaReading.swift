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
        let index = SourceIndex(files)
        let rails = Rails.read(index)
        let scripts = ScriptMigrations.read(index)
        let django = Django.read(index)
        let fluent = Fluent.read(index)
        let alembic = Alembic.read(index)
        var readings = SQLFiles.read(files) + alembic.readings
        readings += rails.readings + scripts.readings + django.readings + fluent.readings
        readings += Liquibase.read(files)
        readings += Prisma.read(files) + Drizzle.read(index) + TypeORMEntities.read(index)
        readings += Mongoose.read(index) + SequelizeModels.read(index)
        let passing = rails.files.union(scripts.files).union(django.files).union(fluent.files)
            .union(alembic.files)
        readings += SQLAlchemyModels.read(index, passing: passing)
        readings +=
            EmbeddedFiles.read(index, passing: passing) + JSONFiles.read(files) + MongoScripts.read(index)
        readings.sort { $0.origin < $1.origin }
        let made = readings.filter { !$0.origin.isAside }.reduce(into: Set()) {
            $0.formUnion($1.catalog.tablesMade)
        }
        return Schema(
            columns: readings.flatMap { $0.columns(besides: made) }, notes: readings.flatMap(\.catalog.notes))
    }

    /// The properties that an OpenAPI document, a JSON Schema or MongoDB's validator restricts; empty when it is none.
    /// - Parameter path: the file it was read from.
    public static func columns(of document: SchemaDocument, path: String) -> [SchemaColumn] {
        APISchemas.columns(of: document, path: path)?.columns ?? []
    }
}
