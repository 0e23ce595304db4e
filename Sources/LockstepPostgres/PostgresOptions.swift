/// Where a PostgreSQL store finds its database, and how it uses it.
public struct PostgresOptions: Sendable {
    /// What libpq connects with, as it is: `host=… dbname=…` or `postgresql://…`, with several hosts, TLS and
    /// whatever else libpq knows (PostgreSQL's manual, "Connection Strings").
    public var connection: String
    /// The schema of the store's tables.
    public var schema = "lockstep"
    /// How many connections are open at most.
    public var connections = 4
    /// How long one attempt to connect may take, over all hosts.
    public var connectTimeout: Duration = .seconds(5)
    /// How long a use waits for a connection.
    public var acquireTimeout: Duration = .seconds(10)
    /// How long what is sent together may take.
    public var statementTimeout: Duration = .seconds(30)
    /// How long a transaction may be left open without a word, before the server undoes it and closes the connection:
    /// a machine that is suspended in the middle of one must not keep the others from its jobs for ever. A server, a
    /// database or a role that has an `idle_in_transaction_session_timeout` of its own keeps that; behind a pooler
    /// the store sets none, and one of these should.
    public var abandonTimeout: Duration = .seconds(30)
    /// How long a connection that nobody uses stays open; one always does.
    public var idleTimeout: Duration = .seconds(60)
    /// Whether one more connection listens for changes of other processes.
    public var listens = true
    /// A direct connection for listening, when ``connection`` goes through a pooler such as PgBouncer.
    public var listenConnection: String?
    /// Whether statements are prepared once and kept by name; `nil` finds out: not through a pooler.
    public var preparesStatements: Bool?

    /// Makes options for a connection string; the rest has its usual values.
    public init(connection: String) { self.connection = connection }
}
