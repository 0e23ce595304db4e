import Lockstep

/// A store that hands out no job whose uploads are not as they were verified: such a job fails instead, and the claim gives
/// the others.
///
/// Put it between a store and whatever claims: the API, push delivery, a worker.
public struct VerifyingStore: WrappingStore {
    /// Where jobs are claimed from.
    public let base: any Store
    private let uploads: Uploads

    /// Looks at the uploads of whatever is claimed from a store.
    public init(_ store: any Store, uploads: Uploads) {
        base = store
        self.uploads = uploads
    }

    /// Hands out claimable jobs whose uploads are there as they were verified.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let records = try await base.claim(request)
        let needy = records.filter { !$0.met.isEmpty }.map(\.id)
        guard !needy.isEmpty else { return records }
        let faults = try await uploads.faults(of: needy)
        guard !faults.isEmpty else { return records }
        let commands = records.compactMap { record in
            faults[record.id].map { failure in
                var command = Command(
                    .fail(failure), job: record.id, of: record.lifecycle, by: .worker(request.worker.text))
                command.claim = Claim(worker: request.worker, fence: record.fence)
                return command
            }
        }
        // One that was taken back meanwhile is refused, which is as good: it is not handed out.
        _ = try await base.apply(commands)
        return records.filter { faults[$0.id] == nil }
    }
}
