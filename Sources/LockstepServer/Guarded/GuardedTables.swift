import Lockstep
import LockstepSQL
import Logging
import ServiceLifecycle
import Synchronization

/// Tables of others that a server watches, for its dashboard and its metrics. They are looked at beside the requests, each
/// by itself: a database that is away keeps nobody waiting.
///
/// ```swift
/// let tables = try GuardedTables([GuardedTable(watch)], logger: logger)   // a TableWatch of LockstepDrift
/// let composition = ServerComposition(store: store, guarded: tables)
/// try await LockstepServer.run(router: composition.router(), port: 8080, logger: logger, services: [tables])
/// ```
public final class GuardedTables: Service {
    /// What is known of a table.
    public struct Standing: Sendable {
        /// The table.
        public let guarded: GuardedTable
        /// What the last look saw that there was.
        public internal(set) var look: TableLook?
        /// When that was, by the server's clock.
        public internal(set) var lookedAt: Timestamp?
        /// How long it took.
        public internal(set) var took: Duration = .zero
        /// Why the look after it failed, in one sentence; `nil` when it did not.
        public internal(set) var trouble: Failure?
    }

    private let interval: Duration
    private let time: any TimeSource
    private let logger: Logger
    private let known: Mutex<[Standing]>

    /// Makes the service; nothing is looked at before it runs.
    /// - Parameters:
    ///   - interval: the time between two looks at a table.
    ///   - time: by which clock.
    /// - Throws: a ``Failure`` when two tables have the same name.
    public init(
        _ tables: [GuardedTable], every interval: Duration = .seconds(10),
        by time: any TimeSource = SystemTime(),
        logger: Logger
    ) throws {
        var names: Set<String> = []
        for table in tables where !names.insert(table.name).inserted {
            throw Failure.adminRequired(
                "two guarded tables are called '\(table.name)'; give one of them another name",
                code: "same_name")
        }
        self.interval = interval
        self.time = time
        self.logger = logger
        known = Mutex(tables.map { Standing(guarded: $0) })
    }

    /// What is known of every table, in the order in which they were named.
    public var standings: [Standing] { known.withLock { $0 } }

    /// Looks at every table now and then, until a graceful shutdown begins or the task is cancelled.
    /// - Throws: nothing; a look that fails is logged once, kept as ``Standing/trouble``, and tried again.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            for place in standings.indices { group.addTask { await self.watch(place) } }
            // A service that ends takes the server with it: without a table there is one thing to wait for as well.
            group.addTask {
                // Being cancelled is an end like any other.
                try? await gracefulShutdown()
            }
        }
    }

    /// Looks at every table once.
    public func look() async {
        await withDiscardingTaskGroup { group in
            for place in standings.indices { group.addTask { await self.look(at: place) } }
        }
    }

    private func watch(_ place: Int) async {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            await look(at: place)
            do {
                let (time, moment) = (time, time.now() + interval)
                try await cancelWhenGracefulShutdown { try await time.sleep(until: moment) }
            } catch {
                // The sleep was cut short because the service ends.
                return
            }
        }
    }

    private func look(at place: Int) async {
        let guarded = standings[place].guarded
        let begin = time.now()
        do {
            let look = try await guarded.table.look()
            let end = time.now()
            let failed = known.withLock { known in
                let failed = known[place].trouble != nil
                known[place].look = look
                known[place].lookedAt = end
                known[place].took = end - begin
                known[place].trouble = nil
                return failed
            }
            if failed {
                logger.notice("a guarded table is seen again", metadata: ["table": "\(guarded.name)"])
            }
        } catch is CancellationError {
            return
        } catch {
            let failure =
                (error as? any FailureConvertible)?.failure ?? .temporary("\(error)", code: "look_failed")
            let isNew = known.withLock { known in
                defer { known[place].trouble = failure }
                return known[place].trouble == nil
            }
            // Once, not at every look: the page says it as long as it lasts.
            if isNew {
                logger.warning(
                    "a guarded table cannot be looked at, and is tried again",
                    metadata: ["table": "\(guarded.name)", "error": "\(failure.message)"])
            }
        }
    }
}
