import Foundation
import Lockstep
import LockstepPostgres
import LockstepTesting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A PostgreSQL server for the tests of one process: `LOCKSTEP_POSTGRES` names a running one, a superuser's
/// connection string; without that a throw-away cluster is started, which ends with this process, however that ends.
package final class PostgresServer: Sendable {
    /// A superuser's connection string.
    package let connection: String
    /// A shell that runs the server until its input ends, which it does with this process.
    private let keeper: ChildProcess?

    private static let running = Task { try await PostgresServer() }

    /// The server of this process, started for the first who asks.
    package static func shared() async throws -> PostgresServer { try await running.value }

    /// Options for the server.
    package static func options() async throws -> PostgresOptions {
        PostgresOptions(connection: try await shared().connection)
    }

    /// A connection URL as keywords, which a test may add others to.
    private static func words(_ address: String) -> String {
        guard address.hasPrefix("postgres"), let url = URLComponents(string: address) else { return address }
        let parts = [
            "host": url.host, "port": url.port.map(String.init), "user": url.user, "password": url.password,
            "dbname": String(url.path.dropFirst()),
        ]
        return parts.compactMap { name, value in value.map { "\(name)=\($0)" } }.sorted()
            .joined(separator: " ")
    }

    private struct CannotStart: Error, CustomStringConvertible { let description: String }

    private init() async throws {
        if let running = ProcessInfo.processInfo.environment["LOCKSTEP_POSTGRES"], !running.isEmpty {
            connection = Self.words(running)
            keeper = nil
            return
        }
        let folder = NSTemporaryDirectory() + "lockstep-pg-\(getpid())"
        let port = try LocalPort.free()
        let keeper = try ChildProcess(
            URL(filePath: "/bin/sh"), ["-c", Self.script, "sh", folder, "\(port)"], hasInput: true)
        var said: String?
        for await line in keeper.lines {
            said = line
            break
        }
        guard said == "ready" else {
            throw CannotStart(
                description:
                    "no PostgreSQL server could be started: \(said ?? "the shell said nothing"); install "
                    + "postgresql, or set LOCKSTEP_POSTGRES to the connection string of a running one")
        }
        connection = "host=\(folder) port=\(port) user=postgres dbname=postgres"
        self.keeper = keeper
    }

    /// `initdb` refuses root. The server keeps nothing safe from a power cut: it does not live that long.
    private static let script = """
        set -u
        dir=$1 port=$2
        bin=
        for b in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
            [ -x "$b/initdb" ] && { bin=$b/; break; }
        done
        as=
        if [ "$(id -u)" = 0 ]; then as='runuser -u postgres --'; fi
        mkdir -m 700 -p "$dir" && { [ -z "$as" ] || chown postgres "$dir"; } || exit 1
        trap '' INT TERM HUP
        cd /
        $as "${bin}initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$dir.log" 2>&1 || {
            echo "initdb failed: $(tail -n 1 "$dir.log")"; rm -rf "$dir" "$dir.log"; exit 1; }
        $as "${bin}pg_ctl" -D "$dir/data" -w -t 60 -l "$dir/log" -o "-p $port -k $dir -h 127.0.0.1 -F -N 500" \
            start >"$dir.log" 2>&1 </dev/null || {
            echo "pg_ctl failed: $(tail -n 1 "$dir/log")"; rm -rf "$dir" "$dir.log"; exit 1; }
        echo ready
        cat >/dev/null
        $as "${bin}pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1
        rm -rf "$dir" "$dir.log"
        """
}
