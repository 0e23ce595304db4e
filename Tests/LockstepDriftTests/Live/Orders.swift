import Foundation
import Lockstep
import LockstepDrift
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Testing

/// What is declared in the examples.
enum OrderStatus: String, Lifecycle {
    case queued, running, done, failed

    static let name = "orders"
    static let initial: Set = [queued]
    static let failure = failed

    var rules: Rules<Self> {
        switch self {
        case .queued: .queues(for: .running, within: .hours(6))
        case .running: .works(within: .minutes(5)).moves(to: .done)
        case .done: .succeeds(keptFor: .days(90))
        case .failed: .fails(keptFor: .days(90)).reopens(to: .queued)
        }
    }
}

/// A database with a table of orders that nothing is wrong with, and what is done to it.
struct OrderBench: Sendable {
    enum Kind: String, Sendable, CaseIterable { case postgres, sqlite }

    let kind: Kind
    let live: LiveDatabase
    private let database: FreshDatabase?
    private let plain: PlainConnection?
    private let scratch: Scratch?
    private let file: PlainFile?

    /// Makes the database.
    init(_ kind: Kind, _ statements: [String] = OrderBench.guardedPostgres + OrderBench.guardedSQLite)
        async throws
    {
        self.kind = kind
        switch kind {
        case .postgres:
            let database = try await FreshDatabase()
            self.database = database
            plain = try await database.plain()
            (scratch, file) = (nil, nil)
            live = LiveDatabase(postgres: database.url, place: "the test's database")
        case .sqlite:
            let scratch = try Scratch()
            #expect(FileManager.default.createFile(atPath: scratch.database, contents: nil))
            self.scratch = scratch
            file = try await PlainFile(path: scratch.database, isWritten: true)
            (database, plain) = (nil, nil)
            live = try await LiveDatabase.open(.file(scratch.database))
        }
        if statements == Self.guardedPostgres + Self.guardedSQLite {
            try await run(kind == .postgres ? Self.guardedPostgres : Self.guardedSQLite)
        } else {
            try await run(statements)
        }
    }

    /// Carries out statements, each by itself.
    func run(_ statements: [String]) async throws {
        for statement in statements {
            try await plain?.execute(statement)
            try await file?.write { try $0.execute(statement) }
        }
    }

    /// Another connection to the same PostgreSQL database.
    func another() async throws -> PlainConnection { try await #require(database).plain() }

    /// Where the database is.
    var address: DatabaseAddress {
        scratch.map { .file($0.database) } ?? .postgres(connection)
    }

    /// PostgreSQL's connection string.
    var connection: String { database?.url ?? "" }

    /// The findings about `orders.status`.
    /// - Parameter other: another view of the same database.
    func findings(
        in other: LiveDatabase? = nil, _ change: (inout GuardedColumn) -> Void = { _ in }
    ) async throws -> [Finding] {
        var column = GuardedColumn("status", of: .init("orders"), follows: Definition(OrderStatus.self))
        change(&column)
        return try await LiveCheck(column, in: other ?? live).findings()
    }

    static let guardedPostgres = [
        """
        CREATE TABLE orders (
            id bigint PRIMARY KEY, status text NOT NULL DEFAULT 'queued'
                CONSTRAINT orders_status CHECK (status IN ('queued', 'running', 'done', 'failed')),
            updated_at timestamptz NOT NULL DEFAULT now(), note text)
        """,
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'not declared: % to %', old.status, new.status; END $$
        """,
        """
        CREATE TRIGGER orders_moves AFTER UPDATE ON orders FOR EACH ROW
            WHEN (old.status <> new.status AND NOT CASE old.status
                WHEN 'queued' THEN new.status IN ('running', 'failed')
                WHEN 'running' THEN new.status IN ('done', 'failed')
                WHEN 'failed' THEN new.status = 'queued' ELSE false END)
            EXECUTE FUNCTION refuse()
        """,
        """
        CREATE TRIGGER orders_starts AFTER INSERT ON orders FOR EACH ROW
            WHEN (new.status <> 'queued') EXECUTE FUNCTION refuse()
        """,
        "INSERT INTO orders (id) VALUES (1), (2)",
        "UPDATE orders SET status = 'running' WHERE id = 2",
    ]

    static let guardedSQLite = [
        """
        CREATE TABLE orders (
            id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT 'queued' -- CHECK (status = 'fake')
                CONSTRAINT orders_status CHECK (status IN ('queued', /* or 'old' */ 'running', "done", 'failed')),
            updated_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, note TEXT)
        """,
        """
        CREATE TRIGGER orders_moves AFTER UPDATE ON orders
        WHEN old.status <> new.status AND NOT CASE old.status
            WHEN 'queued' THEN new.status IN ('running', 'failed')
            WHEN 'running' THEN new.status IN ('done', 'failed')
            WHEN 'failed' THEN new.status = 'queued' ELSE 0 END
        BEGIN SELECT RAISE(ABORT, 'not declared'); END
        """,
        """
        CREATE TRIGGER orders_starts AFTER INSERT ON orders
        BEGIN SELECT CASE WHEN new.status <> 'queued' THEN RAISE(ABORT, 'starts elsewhere') END; END
        """,
        "INSERT INTO orders (id) VALUES (1), (2)",
        "UPDATE orders SET status = 'running' WHERE id = 2",
    ]
}
