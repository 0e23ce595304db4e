import Foundation
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// PgBouncer before the tests' server, giving a server's session to another client after every transaction. It ends
/// with the test, or with this process.
final class Pooler: Sendable {
    private let keeper: Process
    private let input: Pipe
    /// A connection string that goes through it.
    let connection: String

    /// Where PgBouncer is installed, if it is.
    static let program = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Starts it and waits until it answers.
    init() async throws {
        let program = try #require(Self.program)
        let server = try #require(try PGTarget(try await PostgresServer.shared().connection).hosts.first)
        let port = try LocalPort.free()
        (keeper, input) = (Process(), Pipe())
        keeper.executableURL = URL(filePath: "/bin/sh")
        keeper.arguments = [
            "-c", Self.script, "sh", program, server.name, server.port.isEmpty ? "5432" : server.port,
            "\(port)",
        ]
        keeper.standardInput = input
        keeper.standardOutput = FileHandle.nullDevice
        keeper.standardError = FileHandle.nullDevice
        try keeper.run()
        connection = "host=127.0.0.1 port=\(port) user=postgres dbname=postgres"
        // A pool that has met a refusal would begin slowly.
        try await PostgresServer.withPool(PostgresOptions(connection: connection)) { pool in
            _ = try await pool.backend()
        }
    }

    deinit {
        do {
            try input.fileHandleForWriting.close()
        } catch {
            print("the pooler of a test could not be told to end: \(error)")
        }
    }

    /// PgBouncer refuses root, as PostgreSQL does.
    private static let script = """
        program=$1 host=$2 port=$3 own=$4
        dir=$(mktemp -d) || exit 1
        cat >"$dir/ini" <<END
        [databases]
        * = host=$host port=$port user=postgres
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = $own
        unix_socket_dir =
        auth_type = any
        pool_mode = transaction
        END
        as=
        if [ "$(id -u)" = 0 ]; then
            as='setpriv --reuid postgres --regid postgres --clear-groups'
            chown -R postgres "$dir"
        fi
        exec 3<&0
        $as "$program" -q "$dir/ini" </dev/null 3<&- &
        # Only now: a child would ignore what is ignored here.
        trap '' INT TERM HUP
        cat <&3 >/dev/null
        kill -TERM $!
        wait
        rm -rf "$dir"
        """
}
