import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import PostgresSupport
import Synchronization
import Testing

@testable import lockstep_crew

/// Where a campaign takes place: a folder with a database and the logs of everybody who uses it.
final class Field: Sendable {
    let folder: String
    /// Where the SQLite file is, or would be.
    let database: String
    let logs: String
    let place: Place
    let store: any SQLStore
    /// What the server's own eyes see, when there is one.
    let server: PlainConnection?
    /// The campaign's own client, whose calls are logged as everybody's are.
    let errands: Jobs<Errand>
    private let seats = Mutex<[String: Member]>([:])

    /// Makes the folder.
    /// - Parameters:
    ///   - place: where the database is to be, when that is not the folder of the logs.
    ///   - fresh: the PostgreSQL database that is used instead of a file.
    init(in place: String? = nil, on fresh: FreshDatabase? = nil) async throws {
        folder = NSTemporaryDirectory() + "lockstep-crew-\(UUID().uuidString)"
        logs = folder + "/logs"
        try FileManager.default.createDirectory(atPath: logs, withIntermediateDirectories: true)
        database = (place ?? folder) + "/crew.sqlite"
        self.place = fresh.map { .server($0) } ?? .file(database)
        server = try await fresh?.plain()
        store = try await self.place.open()
        try await Rows.prepare(store)
        let log = try CallLog(client: "captain-\(UUID().uuidString.prefix(8))", folder: logs)
        errands = try await Jobs<Errand>(on: LoggedStore(store, log: log, beside: Rows.beside))
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("the folder of a campaign could not be removed: \(error)")
        }
    }

    // MARK: The crew

    /// Starts a process that sits on no seat.
    func start(_ role: String, name: String, lease: Int = 1000, crashAt point: String? = nil) async throws
        -> Member
    {
        try Member.start(
            role, name: name, at: place, logs: logs, lease: lease,
            seed: .random(in: 1 ... .max), crashAt: point)
    }

    /// Fills a seat such as `worker-anna` with a new process.
    func fill(_ seat: String) async throws {
        let role = String(seat.prefix { $0 != "-" })
        let member = try await start(role, name: String(seat.dropFirst(role.count + 1)))
        seats.withLock { $0[seat] = member }
    }

    /// Who sits there.
    func member(_ seat: String) -> Member? { seats.withLock { $0[seat] } }

    /// The seats whose processes have begun.
    var ready: [String] {
        seats.withLock { seats in seats.filter { $0.value.isReady }.map(\.key).sorted() }
    }

    /// Kills whoever sits there and fills the seat again.
    func kill(_ seat: String) async throws {
        await member(seat)?.kill()
        try await fill(seat)
    }

    /// Ends everybody on these seats in their own way.
    func dismiss(_ role: String) async throws {
        for (seat, member) in seats.withLock({ $0 }).sorted(by: { $0.key < $1.key })
        where seat.hasPrefix(role) {
            try await member.stop()
            seats.withLock { $0[seat] = nil }
        }
    }

    // MARK: The end

    /// Lets everything come to its end (a worker must be there), sends everybody home, and checks.
    /// - Returns: what the checker found.
    func close(allowance: Duration = .seconds(5)) async throws -> Summary {
        try await dismiss("client")
        for job in try await errands.find(where: {
            $0.isLive = true; $0.limit = .max
        }) {
            for try await _ in errands.watch(job.id) {}
        }
        for role in ["worker", "reader", "installer", "backup"] { try await dismiss(role) }
        return try await check(allowance: allowance)
    }

    /// What a campaign left behind.
    struct Summary {
        var violations: [String]
        var jobs: Int
        var calls: Int
        var unknown: Int
        var lost: Int
    }

    private func check(allowance: Duration) async throws -> Summary {
        let definition = errands.definition
        var ledger = try await HistoryChecker.Ledger(of: store, [definition])
        ledger.rows = try await Rows.count(store)
        let calls = try CallLog.read(folder: logs)
        // In a file the one who writes says what time it is while nobody else does; in front of a server every process
        // goes by its own idea of the server's time, and waits after it has decided.
        let checker = HistoryChecker(
            definitions: [definition], allowance: allowance,
            clockError: server == nil ? .zero : .milliseconds(50), decidesAhead: server != nil)
        var found = checker.violations(in: ledger, calls: calls).map(\.description)
        // A delivery is written by the handler itself, in the transaction of the move to its end.
        let deliveries = try await Rows.deliveries(store)
        for (id, history) in ledger.histories {
            let moves = history.count { $0.from == "sorting" && $0.to == "done" }
            if deliveries[id, default: 0] != moves {
                found.append(
                    "job \(id) has \(deliveries[id, default: 0]) deliveries and \(moves) moves to its end")
            }
            if ledger.records[id]?.isLive ?? true { found.append("job \(id) has not ended") }
        }
        found += try await integrity()
        return Summary(
            violations: found, jobs: ledger.records.count, calls: calls.count,
            unknown: calls.count { $0.answer == .unknown },
            lost: ledger.histories.values.reduce(0) { $0 + $1.count { $0.kind == .lost } })
    }

    /// What SQLite finds wrong with the file, or what is wrong between the tables of the server.
    func integrity() async throws -> [String] {
        if let server {
            let astray = try await server.value(
                """
                SELECT (SELECT count(*) FROM errand_history h
                        WHERE NOT EXISTS (SELECT 1 FROM errand_jobs j WHERE j.seq = h.job))
                    + (SELECT count(*) FROM errand_jobs j
                        WHERE version <> (SELECT count(*) FROM errand_history h WHERE h.job = j.seq))
                """)
            return astray == "0" ? [] : ["\(astray ?? "no") jobs and lines of history do not fit each other"]
        }
        let rows = try await store.read { try $0.query("PRAGMA integrity_check(5)") }
        return rows.compactMap { $0[0].text }.filter { $0 != "ok" }.map { "integrity_check: \($0)" }
    }
}

extension CampaignResult {
    /// Takes a field's end into the result, and fails the test for every violation.
    mutating func take(_ summary: Field.Summary) {
        violations += summary.violations.count
        for violation in summary.violations.prefix(20) { Issue.record("\(violation)") }
    }
}

/// Whether the long runs are wanted.
let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil

/// A folder in which there is no database yet.
final class EmptyField: Sendable {
    let folder: String
    let place: Place
    var logs: String { folder }

    /// - Parameter fresh: the PostgreSQL database that is used instead of a file.
    init(on fresh: FreshDatabase? = nil) throws {
        folder = NSTemporaryDirectory() + "lockstep-crew-\(UUID().uuidString)"
        place = fresh.map { .server($0) } ?? .file(folder + "/crew.sqlite")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("the folder of a campaign could not be removed: \(error)")
        }
    }
}
