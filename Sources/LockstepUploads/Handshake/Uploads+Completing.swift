import Lockstep
import LockstepSQL

extension Uploads {
    /// How often a `complete` looks again because somebody else changed the job meanwhile.
    private static let looks = 20

    /// Takes a client at its word that the uploads of a job are there, after looking for itself.
    ///
    /// | the job is | what is done |
    /// |---|---|
    /// | waiting for them | verified: it moves on; otherwise it fails |
    /// | failed, and may reopen | verified: it reopens; otherwise that is recorded, and it stays failed |
    /// | anywhere else | nothing |
    ///
    /// The needs, the move, the versions of the objects and `also` are one transaction. Of many calls at once one moves the
    /// job, and the others find it moved.
    /// - Parameters:
    ///   - actor: who asks, for the history.
    ///   - owner: only a job of this owner is there; `nil` for everybody's.
    ///   - also: what else is written with the move. It may run twice, undone the first time.
    /// - Throws: ``Lockstep/Refusal`` when there is no such job, or its lifecycle needs no upload; ``StorageError`` when the
    ///   storage cannot be asked now, and nothing changed; what `also` throws; an error of the store.
    public func complete(
        _ job: JobID, in definition: Definition, by actor: Actor, ownedBy owner: String? = nil,
        also: @escaping @Sendable (any SQLTransaction) throws -> Void = { _ in }
    ) async throws -> Completion {
        guard !UploadPlan.names(in: definition).isEmpty else {
            throw Refusal(.notApplicable, "lifecycle '\(definition.name)' needs no upload")
        }
        for _ in 0..<Self.looks {
            let record = try await record(job, in: definition, ownedBy: owner)
            guard let plan = UploadPlan(record.status, in: definition) else {
                return .alreadyProcessed(record)
            }
            let attempt = Attempt(
                uploads: self, record: record, plan: plan, definition: definition, actor: actor, also: also)
            if let completion = try await attempt.run() { return completion }
        }
        throw Failure.temporary(
            "job \(job) changed again and again while its uploads were verified; try again", code: "busy")
    }

    /// Whether the object of an announcement is there as announced.
    func verify(_ row: UploadRow) async throws -> Swift.Result<StoredObject, Failure> {
        do {
            return try await look(at: row)
        } catch let error as StorageError where [.missing, .changed, .refused].contains(error.kind) {
            return .failure(error.failure)
        }
    }

    private func look(at row: UploadRow) async throws -> Swift.Result<StoredObject, Failure> {
        guard row.erasures == 0 else {
            return .failure(
                .userFixable(
                    "Upload not found in \(storage.name): its permit ended, and what had been sent was erased",
                    code: "upload_missing"))
        }
        if let multipart = row.multipart, row.version == nil {
            guard try await storage.join(row.offer, multipart: multipart) else {
                return .failure(Self.missing(in: storage))
            }
        }
        guard let object = try await storage.look(at: row.key) else {
            return .failure(Self.missing(in: storage))
        }
        guard object.size == row.size else {
            return .failure(
                .userFixable(
                    "'\(row.name)' has \(object.size) bytes in \(storage.name), not the \(row.size) that were announced",
                    code: "upload_wrong_size"))
        }
        if let type = object.contentType?.lowercased(), type != row.contentType {
            return .failure(
                .userFixable(
                    "'\(row.name)' is '\(type)' in \(storage.name), not '\(row.contentType)' as announced",
                    code: "upload_wrong_type"))
        }
        if let announced = row.sha256 {
            let digest =
                if let known = object.sha256 { known } else {
                    try await digests.digest(of: object, in: storage)
                }
            guard digest == announced else {
                return .failure(
                    .userFixable(
                        "'\(row.name)' has the SHA-256 \(digest) in \(storage.name), not \(announced) as announced",
                        code: "upload_wrong_checksum"))
            }
        }
        return .success(object)
    }

    /// The code for what is not there, for applications that say it in words of their own.
    public static let missingCode = "upload_missing"

    private static func missing(in storage: any ObjectStorage) -> Failure {
        .userFixable("Upload not found in \(storage.name)", code: missingCode)
    }
}

/// One look of a `complete` at a job, and what follows from it.
private struct Attempt: Sendable {
    let uploads: Uploads
    let record: JobRecord
    let plan: UploadPlan
    let definition: Definition
    let actor: Actor
    let also: @Sendable (any SQLTransaction) throws -> Void

    /// An upload was announced anew or erased meanwhile.
    private struct Outdated: Error {}

    /// - Returns: `nil` when somebody else was quicker.
    func run() async throws -> Completion? {
        let rows = try await uploads.table.current(of: record.id)
        var verified: [(row: UploadRow, object: StoredObject)] = []
        for name in plan.names {
            guard let row = rows.first(where: { $0.name == name }) else {
                let failure = Failure.userFixable(
                    "no upload '\(name)' was announced for job \(record.id)", code: Uploads.missingCode)
                return try await refuse(nil, because: failure)
            }
            switch try await uploads.verify(row) {
            case .success(let object): verified.append((row, object))
            case .failure(let failure): return try await refuse(row.key, because: failure)
            }
        }
        return try await accept(verified)
    }

    private func accept(_ verified: [(row: UploadRow, object: StoredObject)]) async throws -> Completion? {
        let now = uploads.now
        return try await unlessOutdated {
            .verified(
                try await uploads.store.write { transaction in
                    // The job comes first, here as when an upload is announced: whoever has its row has its uploads'.
                    var after = record
                    for name in plan.names {
                        let meet = Command.Change.meet(Need.upload(name).token)
                        after = try transaction.apply(command(meet, on: after)).get()
                    }
                    for (row, object) in verified {
                        guard try UploadTable.verify(row, as: object, at: now, in: transaction) else {
                            throw Outdated()
                        }
                    }
                    for change in plan.changes {
                        after = try transaction.apply(command(change, on: after)).get()
                    }
                    try uploads.companions[definition.name]?(after, transaction)
                    try also(transaction)
                    return after
                })
        }
    }

    private func refuse(_ key: ObjectKey?, because failure: Failure) async throws -> Completion? {
        let now = uploads.now
        return try await unlessOutdated {
            let after = try await uploads.store.write { transaction in
                var command = command(plan.isRepeat ? .note : .fail(failure), on: record)
                command.reason = failure.message
                let after = try transaction.apply(command).get()
                if let key { try UploadTable.refuse(key, because: failure, at: now, in: transaction) }
                return after
            }
            return .refused(failure, after)
        }
    }

    /// A command on the job as it was read, and as nobody else has moved it since.
    private func command(_ change: Command.Change, on record: JobRecord) -> Command {
        let actor = UploadPlan.actor(for: change, from: record.status, by: actor, in: definition)
        var command = Command(change, job: record.id, of: definition.name, by: actor)
        command.expecting = record.status
        return command
    }

    private func unlessOutdated(_ body: () async throws -> Completion) async throws -> Completion? {
        do {
            return try await body()
        } catch is Outdated {
            return nil
        } catch let refusal as Refusal where refusal.code == .unexpectedState {
            return nil
        }
    }
}
