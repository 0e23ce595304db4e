import Hummingbird
import Lockstep
import LockstepSQL
import LockstepServer

/// The dataset anomaly analysis: its tables, its files, what its workers do and its routes.
///
/// ```swift
/// let app = try await AnomalyApp(store: store, folder: "data/anomaly")
/// app.addRoutes(to: router)
/// let worker = Worker(on: store) { app.handlers }
/// ```
public struct AnomalyApp: Sendable {
    private let service: AnomalyService
    private let stages: AnomalyStages

    /// Installs the lifecycle and the tables in a store, and opens the folder of files.
    /// - Parameters:
    ///   - store: where jobs and results are kept.
    ///   - folder: where uploaded files and scores are kept; it is made when it is missing. All workers need
    ///     to see the same one.
    ///   - explainer: what a triage asks.
    public init(
        store: any SQLStore, folder: String, explainer: any Explainer = OfflineExplainer()
    ) async throws {
        let objects = try await ObjectFolder(folder)
        try await store.create(AnomalySchema.create)
        service = AnomalyService(store: store, folder: objects, jobs: try await Jobs(on: store))
        try await service.finishErasures()
        stages = AnomalyStages(store: store, folder: objects, explainer: explainer)
    }

    /// What workers do in each working status.
    public var handlers: [Handler] { stages.handlers }

    /// Adds the routes under `/api/anomaly`; whoever calls them must have been identified before.
    public func addRoutes(to router: some RouterMethods<AppContext>) {
        let group = router.group("/api/anomaly")
        DatasetRoutes(service: service).add(to: group)
        SessionRoutes(service: service).add(to: group)
        ResultRoutes(service: service).add(to: group)
    }
}
