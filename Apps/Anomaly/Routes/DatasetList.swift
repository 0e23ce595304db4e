import Lockstep
import LockstepSQL
import LockstepServer

/// A user's datasets for the pages of whoever serves the application.
///
/// ```swift
/// let list = try await DatasetList(store: store, folder: "data/anomaly")
/// router.get("/") { _, context in page(around: try await list.section(for: context.requireIdentity())) }
/// ```
public struct DatasetList: Sendable {
    private let service: AnomalyService

    /// Uses the store and the folder of an ``AnomalyApp``, which has to be made first.
    public init(store: any SQLStore, folder: String) async throws {
        service = AnomalyService(
            store: store, folder: try await ObjectFolder(folder), jobs: try await Jobs(on: store))
    }

    /// The datasets of a user as a part of a page. Workers have none.
    /// - Throws: an error of the store.
    public func section(for identity: Identity) async throws -> DatasetSection {
        guard identity.role != .worker else { return DatasetSection(views: []) }
        return DatasetSection(views: try await service.list(of: identity.user, limit: ItemList.shown + 1))
    }
}
