import ArgumentParser
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepDrift
import LockstepFiles
import LockstepSQL
import LockstepServer
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals

/// `lockstep watch-table`
struct WatchTableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch-table",
        abstract: "Watch a table that is already there: counts per status, stuck rows, what nobody declared.",
        discussion: """
            Reads only, in transactions that cannot write: a role that may select from the table suffices. No statement \
            takes longer than --limit, and what is costly is asked seldom, so that a large table does not feel it.

                lockstep watch-table --declaration orders.yaml                a picture
                lockstep watch-table --declaration orders.yaml --once --json  for cron
                lockstep watch-table --declaration orders.yaml --port 9187    /metrics

            The database is --database, or LOCKSTEP_DATABASE in the environment. Stuck is a row that is longer in its \
            status than is declared, as a column of times (--since, or one that is called so) or a history says.

            With --once the exit code is 0 when all is as declared, 1 when rows are stuck or something is there that \
            nobody declared, and 2 when the table could not be looked at.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        name: .customLong("declaration"),
        help: ArgumentHelp("A file of the lifecycle. May be said several times.", valueName: "file"),
        completion: .file(extensions: FoundDefinition.extensions))
    var declarations: [String] = []

    @Option(help: ArgumentHelp("The table, where the declaration does not say it.", valueName: "table"))
    var table: String?

    @Option(
        help: ArgumentHelp(
            "The column of the statuses: beside --table its name, otherwise table.column.",
            valueName: "column"))
    var column: String?

    @Option(
        help: ArgumentHelp(
            "The column of times that says since when a row is in its status.", valueName: "column"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "The table in which the application keeps its moves. Columns are found by their names, or said: "
                + "moves:from=old,to=new,job=order_id,at=created_at.", valueName: "table"))
    var history: String?

    @Option(help: ArgumentHelp("The time between two looks: 10s, 5m.", valueName: "time"))
    var every = "10s"

    @Option(help: ArgumentHelp("How long a statement may take: 500ms, 2s.", valueName: "time"))
    var limit = "2s"

    @Flag(help: "Look once.")
    var once = false

    @Option(help: "Serve /metrics for Prometheus on this port; 0 takes a free one.")
    var port: Int?

    @Option(help: "The address to serve metrics on. They need no token: keep it to yourself.")
    var host = "127.0.0.1"

    func validate() throws {
        guard !declarations.isEmpty else {
            throw ValidationError(
                "no declaration is named; say --declaration FILE, which lockstep adopt writes")
        }
        if table != nil, column == nil {
            throw ValidationError("--table needs the column of the statuses; say --column too")
        }
        if once, port != nil {
            throw ValidationError("--once and --port exclude each other; keep one of them")
        }
        if let port, !(0...65535).contains(port) { throw ValidationError("--port is from 0 to 65535") }
        _ = try Self.time(every, "--every", .seconds(1), .hours(1))
        _ = try Self.time(limit, "--limit", .milliseconds(10), .minutes(10))
        if let history { _ = try Self.history(history) }
    }

    private static func time(
        _ text: String, _ option: String, _ least: TimeLimit, _ most: TimeLimit
    ) throws -> Duration {
        guard let limit = TimeLimit(text), limit >= least, limit <= most, let length = limit.microseconds
        else {
            throw ValidationError("\(option) '\(text)' is no time from \(least) to \(most)")
        }
        return .microseconds(length)
    }

    private static func history(_ text: String) throws -> GuardedHistory {
        do { return try GuardedHistory(text) } catch { throw ValidationError(error.description) }
    }

    func run() async throws {
        let watches: [TableWatch]
        do {
            watches = try WatchedColumns.make(
                declarations, columns: named, at: try global.requiredAddress(), since: since,
                history: try history.map { try Self.history($0) },
                limit: try Self.time(limit, "--limit", .milliseconds(10), .minutes(10)))
        } catch let error as CommandError {
            Output.complain(error.description)
            throw ExitCode(2)
        }
        if once { try await look(watches) } else { try await follow(watches) }
    }

    /// The column, as declarations name theirs.
    private var named: [String] {
        guard let column else { return [] }
        return [table.map { "\($0).\(column)" } ?? column]
    }

    private func look(_ watches: [TableWatch]) async throws {
        let terminal = Terminal()
        var documents: [LookDocument] = []
        var isSound = true
        for watch in watches {
            do {
                let look = try await watch.look()
                isSound = isSound && look.isSound
                documents.append(LookDocument(look, of: watch))
                if !global.json {
                    if documents.count > 1 { Output.line() }
                    for line in LookText(look, of: watch, on: terminal).lines() { Output.line(line) }
                }
                try await watch.close()
            } catch {
                Output.complain(Sentence.of(error))
                throw ExitCode(2)
            }
        }
        if global.json { try Output.json(["tables": documents]) }
        if !isSound { throw ExitCode(1) }
    }

    private func follow(_ watches: [TableWatch]) async throws {
        let every = try Self.time(every, "--every", .seconds(1), .hours(1))
        // What happens is shown, not logged.
        let logger = Logger(label: "watch-table", factory: { _ in SwiftLogNoOpLogHandler() })
        let tables = try GuardedTables(watches.map { GuardedTable($0) }, every: every, logger: logger)
        let follower = TableFollower(tables: tables, every: every, json: global.json, terminal: Terminal())
        let services: [any Service] = (port.map { [metrics(tables, $0, logger)] } ?? []) + [follower]
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        // A look at a database that no longer answers must not keep the process.
        configuration.maximumGracefulShutdownDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func metrics(_ tables: GuardedTables, _ port: Int, _ logger: Logger) -> any Service {
        let router = Router()
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: tables.metricsText)))
        }
        let (host, json) = (host, global.json)
        return Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in
                guard let port = channel.localAddress?.port else { return }
                Self.say("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/metrics", json)
            }, logger: logger)
    }

    private static func say(_ address: String, _ json: Bool) {
        guard json else { return Output.line("Metrics on \(address)") }
        do {
            try Output.json(["listening": address])
        } catch {
            Output.complain("the address could not be written as JSON: \(error)")
        }
    }
}
