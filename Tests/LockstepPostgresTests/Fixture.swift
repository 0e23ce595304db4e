import Dispatch
import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

extension PostgresServer {
    /// Options for the server over TCP, through a wire.
    static func options(through wire: Wire) async throws -> PostgresOptions {
        PostgresOptions(
            connection: try await shared().connection + " hostaddr=127.0.0.1 host=127.0.0.1 port=\(wire.port)"
        )
    }

    /// A wire to the server.
    static func wire(_ mode: Wire.Mode = .forwards) async throws -> Wire {
        let port = try await withPool { pool in
            try await pool.use {
                try $0.run(PGStatement("SELECT current_setting('port')::bigint")).integer(0, 0)
            }
        }
        return try Wire(to: UInt16(port), mode)
    }

    /// Runs a test with a pool that is closed afterwards.
    static func withPool<Result: Sendable>(
        _ options: PostgresOptions? = nil, _ body: (ConnectionPool) async throws -> Result
    ) async throws -> Result {
        let pool: ConnectionPool
        if let options {
            pool = ConnectionPool(options)
        } else {
            pool = ConnectionPool(try await Self.options())
        }
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }
}

extension ConnectionPool {
    /// The server's process behind the connection that is used next.
    func backend() async throws -> Int64 { try await use { try $0.backend() } }

    /// Ends a process of the server and waits until it is gone.
    func terminate(_ backend: Int64) async throws {
        try await use { connection in
            var parameters = PGParameters()
            parameters.add(backend)
            // With a time limit it waits for the end.
            let ended = try connection.run(
                PGStatement("SELECT pg_terminate_backend($1::int, 10000)", [PGType.int8]), parameters)
            #expect(ended.bool(0, 0))
        }
    }
}

extension PGConnection {
    /// The server's process.
    func backend() throws -> Int64 { try run(PGStatement("SELECT pg_backend_pid()")).integer(0, 0) }
}

/// What `body` throws, which must be an ``SQLError`` of this kind.
@discardableResult
func expectRefusal(
    _ kind: SQLError.Kind, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async -> SQLError? {
    do {
        try await body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch let error as SQLError {
        #expect(error.kind == kind, "\(error)", sourceLocation: sourceLocation)
        return error
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
    return nil
}
