/// What a part of a schema was read from: one folder of migrations, one dump, one set of models.
///
/// A repository may hold several schemas (two services, a SQLite twin of a PostgreSQL database, a copy in the
/// tests). Each is an origin of its own; columns of different origins are never mixed.
public struct SchemaOrigin: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// How the schema is kept.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A folder of SQL files that run in an order (goose, Flyway, golang-migrate, sqlx, dbmate, supabase, …).
        case sqlMigrations = "SQL migrations"
        /// An SQL file that holds a schema as a whole.
        case sqlFile = "SQL"
        /// SQL in the strings of a program.
        case embeddedSQL = "SQL in code"
        /// Python: Alembic's revisions.
        case alembic = "Alembic migrations"
        /// Python: Django's migrations.
        case django = "Django migrations"
        /// Python: SQLAlchemy's models, which make the tables where there are no migrations.
        case sqlAlchemy = "SQLAlchemy models"
        /// Ruby: `schema.rb`.
        case railsSchema = "Rails schema"
        /// Ruby: migrations of Active Record.
        case railsMigrations = "Rails migrations"
        /// `schema.prisma`.
        case prisma = "Prisma schema"
        /// TypeScript: Drizzle's tables.
        case drizzle = "Drizzle schema"
        /// TypeScript: TypeORM's entities.
        case typeORM = "TypeORM entities"
        /// JavaScript or TypeScript: Sequelize's models.
        case sequelize = "Sequelize models"
        /// JavaScript or TypeScript: Mongoose's schemas, which refuse what they do not list when a document is saved.
        case mongoose = "Mongoose schemas"
        /// JavaScript or TypeScript: migrations that run SQL or a builder (TypeORM, Knex, Sequelize).
        case scriptMigrations = "JavaScript migrations"
        /// Swift: Fluent's migrations.
        case fluent = "Fluent migrations"
        /// Liquibase's changelogs.
        case liquibase = "Liquibase changelogs"
        /// Kotlin or Java: Room's exported schema.
        case room = "Room schema"
        /// JSON Schema and OpenAPI.
        case apiSchema = "API schema"
        /// MongoDB's `$jsonSchema`, exported to a file.
        case mongoValidator = "MongoDB validator"
        /// A running database.
        case database = "database"
        /// A declaration of the column's statuses, where no schema lists them.
        case declaration = "declaration"
    }

    /// How the schema is kept.
    public let kind: Kind
    /// The folder or file.
    public let path: String
    /// Whether it lies among tests, examples, fixtures or documents, so that no running database need have it.
    public let isAside: Bool

    /// Makes an origin.
    public init(kind: Kind, path: String, isAside: Bool) {
        self.kind = kind
        self.path = path
        self.isAside = isAside
    }

    /// What makes the tables (migrations, dumps) comes before what only describes them (models): the lower number
    /// is the better witness of what a running database holds.
    public var rank: Int {
        let rank =
            switch kind {
            case .sqlMigrations, .alembic, .django, .scriptMigrations, .fluent, .railsSchema, .liquibase,
                .database:
                0
            case .sqlFile, .railsMigrations, .room, .mongoValidator: 1
            case .embeddedSQL, .prisma, .drizzle, .mongoose: 2
            case .sqlAlchemy, .typeORM, .sequelize: 3
            case .apiSchema, .declaration: 4
            }
        return isAside ? rank + 10 : rank
    }

    /// `Alembic migrations in server/versions`.
    public var description: String {
        kind == .database ? "the database (\(path))" : "\(kind.rawValue) in \(path)"
    }

    /// The better witness first.
    public static func < (left: SchemaOrigin, right: SchemaOrigin) -> Bool {
        (left.rank, left.path, left.kind.rawValue) < (right.rank, right.path, right.kind.rawValue)
    }
}
