import Lockstep
import LockstepSQL

/// Uploads that are there before the work begins: announced, sent to a storage, and verified before a job can be claimed.
///
/// A lifecycle declares what it needs, and nothing is named twice: the status that waits, the queue and the names of the
/// uploads are read from its definition.
///
/// ```swift
/// case .awaitingUpload: .waits(for: "the upload", within: .minutes(15)).moves(to: .queued)
/// case .queued: .queues(for: .quickRunning, within: .hours(6)).needs(.upload("video"))
/// ```
///
/// ## Topics
/// - ``announce(_:in:policy:joining:)``
/// - ``announce(_:for:in:policy:ownedBy:)``
/// - ``complete(_:in:by:ownedBy:also:)``
/// - ``object(of:named:)``
/// - ``open(_:of:range:)``
/// - ``fetch(_:of:to:)``
/// - ``cleanUp()``
public struct Uploads: Sendable {
    /// Where the jobs and the table of uploads are.
    public let store: any SQLStore
    /// Where the objects are.
    public let storage: any ObjectStorage
    /// By lifecycle, what an application writes in the transaction in which a job moves on because its uploads are there,
    /// whoever completes them. It may run twice, undone the first time; what it throws refuses the move.
    public var companions: [String: @Sendable (JobRecord, any SQLTransaction) throws -> Void] = [:]
    let digests = ObjectDigests()
    let orphans = CleaningPlace()
    var table: UploadTable { UploadTable(store: store) }
    var now: Timestamp { store.time.now() }

    /// Uses a store and a storage; call ``setUp()`` before anything else.
    public init(store: any SQLStore, storage: any ObjectStorage) {
        self.store = store
        self.storage = storage
    }

    /// Makes the table `lockstep_uploads` unless it is there.
    /// - Throws: an error of the store.
    public func setUp() async throws { try await table.setUp() }

    // MARK: Announcing

    /// Permits an upload for a job that is started in the same transaction, or for whatever else `body` writes there.
    ///
    /// The permit is made first. When the transaction fails it is given up; nothing was written yet.
    /// - Parameters:
    ///   - definition: the definition of the announcement's lifecycle.
    ///   - body: starts the job whose id is in the announcement. It must throw when it finds another one, under the same
    ///     key for example. It may run twice, undone the first time.
    /// - Returns: the permit, and what `body` gave.
    /// - Throws: a user-fixable ``Lockstep/Failure`` for what the policy refuses; ``StorageError``; what `body` throws; an
    ///   error of the store.
    public func announce<Result: Sendable>(
        _ announcement: Announcement, in definition: Definition, policy: UploadPolicy,
        joining body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> (permit: UploadPermit, result: Result) {
        let deadline = UploadPlan.longestWait(in: definition).flatMap { now.adding($0) }
        return try await announce(
            announcement, in: definition, policy: policy, until: deadline, joining: body)
    }

    /// Permits an upload for a job that waits for it, or that has failed and may be tried again. It takes the place of an
    /// earlier announcement of that name, unless that one was verified.
    /// - Parameter owner: only a job of this owner is there; `nil` for everybody's.
    /// - Throws: ``Lockstep/Refusal`` when there is no such job, or it waits for no such upload; see
    ///   ``announce(_:in:policy:joining:)``.
    public func announce(
        _ announcement: Announcement, for record: JobRecord, in definition: Definition, policy: UploadPolicy,
        ownedBy owner: String? = nil
    ) async throws -> UploadPermit {
        guard let plan = UploadPlan(record.status, in: definition) else {
            throw Refusal(
                .notApplicable,
                "job \(record.id) in '\(record.status)' waits for no upload; announce it before the work begins"
            )
        }
        guard plan.names.contains(announcement.name) else {
            throw Self.unknown(announcement.name, plan.names)
        }
        var command = Command(.annotate, job: record.id, of: definition.name, by: .event)
        command.expecting = record.status
        command.ownedBy = owner
        let guarded = command
        return try await announce(
            announcement, in: definition, policy: policy, until: record.isLive ? record.deadline : nil
        ) { transaction in
            _ = try transaction.apply(guarded).get()
        }.permit
    }

    private func announce<Result: Sendable>(
        _ announcement: Announcement, in definition: Definition, policy: UploadPolicy,
        until deadline: Timestamp?,
        joining body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> (permit: UploadPermit, result: Result) {
        let names = UploadPlan.names(in: definition)
        guard names.contains(announcement.name) else { throw Self.unknown(announcement.name, names.sorted()) }
        let wish = try announcement.checked(by: policy)
        let now = now
        let ends = now + policy.expiry
        let offer = UploadOffer(
            key: .random(), size: wish.size, contentType: wish.contentType, sha256: wish.sha256,
            expiresAt: deadline.map { min($0, ends) } ?? ends, takesParts: wish.takesParts)
        let permit = try await storage.permit(offer)
        let row = UploadRow(
            key: offer.key, lifecycle: definition.name, job: wish.job, name: wish.name,
            filename: wish.filename,
            contentType: wish.contentType, size: wish.size, sha256: wish.sha256, multipart: permit.multipart,
            announcedAt: now, expiresAt: permit.expiresAt)
        do {
            let result = try await store.write { transaction in
                let result = try body(transaction)
                try UploadTable.insert(row, most: policy.announcements, in: transaction)
                return result
            }
            return (permit, result)
        } catch {
            // Whether a commit that broke off was made is not known: the row may be there, and its client without a
            // permit. It is cleaned up like every upload that never came.
            if (error as? SQLError)?.kind != .unknown, permit.multipart != nil {
                try await storage.delete(row.key, multipart: permit.multipart)
            }
            throw error
        }
    }

    private static func unknown(_ name: String, _ known: [String]) -> Refusal {
        var refusal = Refusal(
            .badValue,
            known.isEmpty
                ? "the lifecycle needs no upload"
                : "no upload '\(name)' is needed; announce one of "
                    + known.map { "'\($0)'" }.joined(separator: ", "))
        refusal.allowed = known
        return refusal
    }

    /// The job as it is.
    /// - Throws: ``Lockstep/Refusal`` when there is none, or it is somebody else's.
    func record(_ job: JobID, in definition: Definition, ownedBy owner: String? = nil) async throws
        -> JobRecord
    {
        var query = JobQuery(definition.name)
        query.ids = [job]
        query.owner = owner
        query.limit = 1
        guard let record = try await store.find(query).first else {
            throw Refusal.notFound(job, in: definition.name)
        }
        return record
    }
}
