import ArgumentParser
import Foundation
import Hummingbird
import Lockstep
import LockstepDrift
import LockstepPostgres
import LockstepPush
import LockstepSQL
import LockstepSQLite
import LockstepServer
import LockstepUploads
import Logging
import ServiceLifecycle
import UnixSignals

/// `lockstep serve`
struct ServeCommand: StoreCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve lifecycles over HTTP to workers and clients in any language.",
        discussion: """
            Reads lifecycles from files, installs them, and answers until SIGTERM. The first start leaves an admin's \
            token in DATA/admin.token; 'lockstep tokens' makes others.

            SIGHUP reads the files again (with --watch, so does a change of them): what is sound and compatible is \
            installed, all else is refused and logged, and what was there holds on. SIGTERM stops accepting, lets \
            what is being answered finish, and ends with 0. A database whose tables are not as their definitions \
            made them is not served; 'lockstep drift' says what is the matter, and mends it.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Files of lifecycles (.yaml, .json), or folders of them.", valueName: "dir|file"),
        completion: .file(extensions: FoundDefinition.extensions))
    var definitions: [String]

    @Option(help: "The address to listen on. Beyond this machine put a proxy in front that speaks TLS.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port = 8080

    @Option(
        help: ArgumentHelp(
            "The folder of the first token, of uploads, and of the database (lockstep.sqlite) where none is named.",
            valueName: "dir"),
        completion: .directory)
    var data = "./.lockstep"

    @Option(
        help: ArgumentHelp(
            "A file (.yaml) of tables of other applications that the dashboard and /metrics show too; see "
                + "docs/guarding-tables.md.", valueName: "file"),
        completion: .file(extensions: FoundDefinition.extensions))
    var guarded: String?

    @Flag(help: "Read the definition files again when they change, without a signal.")
    var watch = false

    @Option(help: "How many seconds what is being answered may take after SIGTERM.")
    var grace = 30

    @Option(help: "Requests a second of one user, twice as many at once; 0 for no limit.")
    var rate = 1000.0

    @Option(help: "Requests a minute of one address without a valid token; 0 for no limit.")
    var failures = 30.0

    @OptionGroup var jwt: JWTOptions
    @OptionGroup var push: PushArguments
    @OptionGroup var uploads: UploadArguments

    @Option(help: "What is logged to standard error: debug, info, notice, warning, error or critical.")
    var logLevel = "notice"

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port is from 0 to 65535") }
        guard (0...3600).contains(grace) else { throw ValidationError("--grace is from 0 to 3600 seconds") }
        guard rate >= 0, failures >= 0 else { throw ValidationError("--rate and --failures are 0 or more") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level is debug, info, notice, warning, error or critical")
        }
    }

    func run() async throws {
        let logger = logger()
        let files = DefinitionSet(definitions)
        let declared = try await Offload.run { _ in try files.read() }
        let tables = try await guardedTables(logger)
        let folder = try await DataFolder(data)
        let store = try await store(folder)
        try await Self.refuseDrift(of: store)
        let uploads = Uploads(
            store: store, storage: try await self.uploads.storage(in: folder, time: store.time, logger))
        try await uploads.setUp()
        // The API drains first, and then deliveries have what is left of the time.
        let (push, pushGrace) = (push, Duration.seconds(grace) / 2)
        let guarded = VerifyingStore(store, uploads: uploads)
        let pushing = try await Offload.run { _ in
            try push.service(on: guarded, grace: pushGrace, logger)
        }
        try pushing.check(declared)

        let jwt = jwt
        let jwtChecker = try await Offload.run { _ in try jwt.checker(logger) }
        let composition = ServerComposition(
            store: store, jwt: jwtChecker, limits: limits,
            uploads: UploadService(uploads, policy: self.uploads.policy), guarded: tables, logger: logger)
        let cleaner = UploadCleaner(uploads, logger: logger)
        let sweeper = Sweeper(composition.counted, retain: [], logger: logger)
        try await ServedDefinitions.install(declared, in: store, sweeper, logger)
        try pushing.use(declared)
        try await composition.tokens.setUp()
        let isFirst = try await folder.issueAdminToken(composition.tokens, now: store.time.now())
        let reload = ServedDefinitions(
            // Before anybody can know that the server is there: a signal that nobody traps ends the process.
            signals: await UnixSignalsSequence(trapping: .sighup), files: files, store: store,
            pushing: pushing,
            sweeper: sweeper,
            readKeys: { if let keys = try jwt.keys() { jwtChecker?.use(keys) } }, watches: watch,
            logger: logger)
        let (host, json) = (host, global.json)
        let application = try await LockstepServer.application(
            router: composition.router(), host: host, port: port, logger: logger
        ) { port in
            let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
            Self.say(address, isFirst ? folder.adminToken : nil, json: json)
        }
        let watching: [any Service] = tables.map { [$0] } ?? []
        try await Self.run(
            watching + [sweeper, cleaner, reload, pushing, application], grace: grace, logger)
        if let store = store as? PostgresStore { await store.close() }
    }

    private func guardedTables(_ logger: Logger) async throws -> GuardedTables? {
        guard let guarded else { return nil }
        return try await Offload.run { _ in try ServedTables.read(guarded, logger) }
    }

    private var limits: RequestLimits {
        RequestLimits(
            requestsPerSecond: rate, burst: 2 * rate, failuresPerMinute: failures, failureBurst: failures)
    }

    private func logger() -> Logger {
        let level = Logger.Level(rawValue: logLevel) ?? .notice
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "lockstep")
    }

    private func store(_ folder: DataFolder) async throws -> any Database {
        switch global.address ?? .file(folder.database) {
        case .file(let path): try await global.file(path, mayCreate: true)
        case .postgres(let url): try await PostgresStore(PostgresOptions(connection: url))
        }
    }

    /// A database whose guards are gone is not served.
    private static func refuseDrift(of store: any Database) async throws {
        let drift = try await LiveSchema.drift(of: store)
        guard !drift.isEmpty else { return }
        for item in drift { Output.complain("\(item)") }
        throw CommandError(
            "the tables in \(store.place) are not as their definitions made them; "
                + "'lockstep drift --mend --database \(store.place)' makes them so again")
    }

    private static func say(_ address: String, _ tokenFile: String?, json: Bool) {
        if json {
            do {
                try Output.json(["listening": address, "admin_token_file": tokenFile])
            } catch {
                Output.complain("the address could not be written as JSON: \(error)")
            }
            return
        }
        if let tokenFile { Output.line("The first admin's token is in \(tokenFile)") }
        Output.line("Listening on \(address)")
    }

    /// Runs everything until SIGTERM or SIGINT, and then lets it end in the opposite order.
    private static func run(_ services: [any Service], grace: Int, _ logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger)
        // What has not ended by then is cancelled; a stream that nobody reads must not keep the process.
        configuration.maximumGracefulShutdownDuration = .seconds(grace)
        try await ServiceGroup(configuration: configuration).run()
    }
}
