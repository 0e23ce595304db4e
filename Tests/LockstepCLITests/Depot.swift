import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import Testing

/// A database of parcels, and the command line beside it.
struct Depot: Sendable {
    /// What the database is.
    enum Kind: CaseIterable, Sendable {
        case sqlite, postgres
    }

    let scratch: Scratch
    let store: any SQLStore
    let parcels: Jobs<Parcel>
    let tool: Tool
    /// Kept as long as its database is used.
    private let server: PostgresDatabase?

    init(_ kind: Kind = .sqlite) async throws {
        scratch = try Scratch()
        switch kind {
        case .sqlite:
            server = nil
            store = try await SQLiteStore(path: scratch.database)
            tool = Tool(scratch: scratch, database: scratch.database)
        case .postgres:
            let database = try await PostgresDatabase()
            server = database
            store = try await PostgresStore(PostgresOptions(connection: database.url))
            tool = Tool(scratch: scratch, database: database.url)
        }
        parcels = try await Jobs<Parcel>(on: store)
    }

    private static let statuses = ["parcel": ["packing", "labelling"]]

    /// Says that a worker lives, for so long.
    func beat(_ worker: String, lease: Duration = .seconds(600), isLast: Bool = false) async throws {
        var beat = Heartbeat(
            worker: WorkerID(worker), lease: lease, statuses: Self.statuses, host: "here:1")
        beat.isFirst = !isLast
        beat.isLast = isLast
        _ = try await store.beat(beat)
    }

    /// Lets a worker claim the best job.
    func claim(_ worker: String) async throws -> JobRecord {
        try await beat(worker)
        let request = ClaimRequest(worker: WorkerID(worker), statuses: Self.statuses, limit: 1)
        return try #require(try await store.claim(request).first)
    }

    /// Changes a job under its claim.
    @discardableResult
    func work(_ change: Command.Change, on job: JobRecord) async throws -> JobRecord {
        let worker = try #require(job.claimedBy)
        var command = Command(change, job: job.id, of: job.lifecycle, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: job.fence)
        return try #require(try await store.apply([command]).first).get()
    }

    /// A job that a failure has parked.
    func parked() async throws -> JobRecord {
        _ = try await parcels.start([:], in: .queued, priority: 1000)
        let job = try await claim("w-park")
        return try await work(.fail(.adminRequired("the scales are broken", code: "scales")), on: job)
    }

    /// A job that was delivered.
    func delivered(owner: String? = nil) async throws -> JobRecord {
        _ = try await parcels.start([:], in: .labelling, owner: owner, priority: 1000)
        return try await work(.move(to: "delivered"), on: try await claim("w-deliver"))
    }

    func status(_ id: JobID) async throws -> String? { try await parcels.find(id)?.record.status }
}

extension JSONValue {
    /// The items of a list.
    var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
}
