import Foundation
import LockstepTesting

@testable import LockstepPostgres

/// A PostgreSQL server of a campaign's own, which writes to the disk as one in earnest does, so that it can be
/// killed (scripts/postgres). Its folder goes with it.
final class Cluster: Sendable {
    let folder: String
    /// What stands before every command: where it runs.
    private let place: [String]
    private var data: String { folder + "/data" }

    /// What every server of these campaigns is given.
    static let options = [
        "-c", "max_connections=200", "-c", "shared_buffers=32MB", "-c", "wal_level=replica", "-c",
        "max_wal_senders=8",
        "-c", "hot_standby=on",
    ]

    /// A folder for a server that is yet to be made.
    init(in place: [String] = []) {
        folder = NSTemporaryDirectory() + "lockstep-fault-\(UUID().uuidString.prefix(8))"
        self.place = place
    }

    deinit {
        do {
            if FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.removeItem(atPath: folder)
            }
        } catch {
            print("the folder of a server could not be removed: \(error)")
        }
    }

    /// Starts it, for the first time or again; it ends with this process.
    func start(_ more: [String] = []) async throws {
        try await command(
            ["start", folder, "--durable", "--with", "\(ProcessInfo.processInfo.processIdentifier)", "--"]
                + Self.options + more)
    }

    /// Starts it again as it was, on the same port.
    func restart() async throws { try await command(["start", folder]) }

    /// Ends it as a crash does: `pg_ctl -m immediate`.
    func crash() async throws { try await command(["crash", folder]) }

    /// Ends it well.
    func stop() async throws { try await command(["stop", folder]) }

    /// Kills the server and all its processes where they stand.
    func kill() async throws {
        try await Shell.run([
            "bash", "-c",
            """
            pid=$(head -n 1 "$1/postmaster.pid")
            children=$(cat "/proc/$pid/task/$pid/children")
            kill -KILL $pid $children
            for one in $pid $children; do
                while [ -e "/proc/$one" ] && ! grep -q '^State:.Z' "/proc/$one/status"; do sleep 0.02; done
            done
            """, "bash", data,
        ])
    }

    @discardableResult
    private func command(_ words: [String]) async throws -> String {
        try await Shell.run(place + ["bash", "scripts/postgres"] + words)
    }

    // MARK: Reaching it

    private func noted(_ name: String) throws -> String {
        try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Its port, which stays the same.
    var port: Int { get throws { Int(try noted("port")) ?? 0 } }

    /// The URL of one of its databases.
    func url(_ database: String = "postgres") throws -> String {
        "postgres://postgres@127.0.0.1:\(try port)/\(database)"
    }

    /// The connection string of one of its databases by its socket, which no network comes between.
    func socket(_ database: String = "postgres") throws -> String {
        "host=\(try noted("socket")) port=\(try port) user=postgres dbname=\(database)"
    }

    /// Carries out SQL as its superuser, and returns the first value of each row.
    @discardableResult
    func sql(_ text: String, in database: String = "postgres") async throws -> [String] {
        var options = PostgresOptions(connection: try socket(database))
        options.connections = 1
        let pool = ConnectionPool(options)
        let values = try await pool.use { connection in
            let result = try connection.run([PGConnection.Step(PGStatement(text), isText: true)])[0]
            return (0..<result.count).map { result.optionalText($0, 0) ?? "" }
        }
        await pool.close()
        return values
    }

    /// Makes a database.
    func make(_ database: String) async throws { try await sql("CREATE DATABASE \(database)") }

    // MARK: Standbys

    /// Makes this a standby of another server, from nothing, on its own port if it had one. Once promoted it waits
    /// for nobody.
    func follow(_ primary: Cluster) async throws {
        try await Shell.run(
            place + [
                "bash", "-c",
                """
                set -e
                rm -rf "$1/data"; mkdir -p "$1"; chmod 711 "$1"; mkdir -m 700 "$1/data"; as=
                if [ "$(id -u)" = 0 ]; then chown postgres: "$1/data"; as='runuser -u postgres --'; fi
                tool=$(compgen -G '/usr/lib/postgresql/*/bin/pg_basebackup' | sort -V | tail -n 1)
                $as "${tool:-pg_basebackup}" -D "$1/data" -R -X stream -c fast -d "$2"
                rm -f "$1/data/postmaster.pid"
                echo "synchronous_standby_names = ''" >>"$1/data/postgresql.auto.conf"
                """, "bash", folder, try primary.url(),
            ])
        try await start()
    }

    /// Waits until a standby has everything that this one has acknowledged, and makes it wait for that from now on.
    func waitForStandby(isSynchronous: Bool) async throws {
        try await sql("ALTER SYSTEM SET synchronous_standby_names = '\(isSynchronous ? "*" : "")'")
        try await sql("SELECT pg_reload_conf()")
        let condition = isSynchronous ? "sync_state = 'sync'" : "true"
        let attempts = 300
        for _ in 0..<attempts {
            let count = try await sql(
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND \(condition)")
            if count == ["1"] { return }
            try await pause(.milliseconds(100))
        }
        throw Shell.Failed(description: "no standby follows \(folder) after half a minute")
    }

    /// Makes a standby the primary.
    func promote() async throws {
        guard try await sql("SELECT pg_promote(true, 60)") == ["t"] else {
            throw Shell.Failed(description: "the standby in \(folder) was not promoted within a minute")
        }
    }
}
