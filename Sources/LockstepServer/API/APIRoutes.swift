import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepUploads

/// The HTTP API of a store: every route of ``table``, for clients, operators and workers in any language.
///
/// Put ``ProblemMiddleware`` and ``BearerAuth`` in front, as ``LockstepServer/router(store:tokens:open:metrics:)``
/// does, and add the routes last: then everybody who misses a route by its method is told which ones it has.
///
/// A client owns what it starts, and sees and moves its own jobs alone: others' answer 404. Operators and admins see
/// and move all. Workers take jobs and write under their claims. Errors are problem documents; see ``Problem``.
public struct APIRoutes: Sendable {
    /// The routes, with who may use each.
    public static let table: [APIRoute] = APIOperation.allCases.map(\.route)

    private let core: APICore
    private let readiness: @Sendable () async throws -> Void
    private let metrics: ServerMetrics
    private let described: [APIRoute]
    private let known: [APIRoute]
    private let text: DocumentText

    /// Makes the routes of a store.
    /// - Parameters:
    ///   - store: where the jobs are; what is done here is counted, unless it is a ``MeteredStore`` already.
    ///   - metrics: what `/metrics` shows; the router's own, so that it counts the requests.
    ///   - uploads: takes uploads; without it their routes answer 501.
    ///   - others: routes of this server that others add and that the document describes too.
    ///   - readiness: throws when the server is not ready for another reason than its store, such as a schema
    ///     whose layout is not the one that this process knows.
    public init(
        store: any Store, metrics: ServerMetrics = ServerMetrics(), uploads: UploadService? = nil,
        others: [APIRoute] = [],
        readiness: @escaping @Sendable () async throws -> Void = {}
    ) {
        core = APICore(
            store: store is MeteredStore ? store : MeteredStore(store, metrics: metrics), uploads: uploads)
        let takesObjects = uploads?.uploads.storage is DiskStorage
        known = takesObjects ? [DiskUploadRoute.route] : []
        self.metrics = metrics
        self.readiness = readiness
        described = Self.table + [.health] + others
        text = DocumentText(routes: described)
    }

    /// Adds the routes to a router or a group without a prefix.
    public func add(to router: some RouterMethods<AppContext>) {
        for operation in APIOperation.allCases {
            let route = operation.route
            let handler = handler(of: operation)
            let parameters = route.parameters.filter { $0.place == .query }.map(\.name)
            router.on(RouterPath(route.path), method: route.method) { request, context -> Response in
                if !route.isOpen {
                    let identity = try context.requireIdentity()
                    guard route.roles.contains(identity.role) else { throw Self.denial(route, identity) }
                }
                let query = try QueryParameters(of: request, known: parameters)
                return try await handler(APICall(request: request, context: context, query: query))
            }
        }
        _ = router.add(middleware: MissedRoutes(routes: described + known))
    }

    private static func denial(_ route: APIRoute, _ identity: Identity) -> Problem {
        let roles = route.roles.map(\.rawValue).sorted().joined(separator: ", ")
        return Problem.forbidden(
            "a token of role '\(identity.role.rawValue)' may not use this route; it is for: \(roles)")
    }

    private typealias Handler = @Sendable (APICall) async throws -> Response

    private func handler(of operation: APIOperation) -> Handler {
        let lifecycles = LifecycleCalls(core: core)
        let reading = JobReading(core: core)
        let starting = JobStarting(core: core)
        let changing = JobChanging(core: core)
        let uploads = UploadCalls(core: core)
        let workers = WorkerCalls(core: core)
        let work = WorkCalls(core: core)
        return switch operation {
        case .listLifecycles: lifecycles.list
        case .readLifecycle: lifecycles.read
        case .drawLifecycle: lifecycles.draw
        case .pauseLifecycle: lifecycles.pause
        case .resumeLifecycle: lifecycles.resume
        case .listJobs: reading.list
        case .readJob: reading.read
        case .readHistory: reading.history
        case .startJob: starting.start
        case .startJobs: starting.startMany
        case .moveJob: changing.move
        case .cancelJob: changing.cancel
        case .retryJob: changing.retry
        case .holdJob: changing.hold
        case .releaseJob: changing.release
        case .reopenJob: changing.reopen
        case .eraseJob: changing.erase
        case .announceUpload: uploads.announce
        case .completeUploads: uploads.complete
        case .listUploads: uploads.list
        case .readUpload: uploads.read
        case .registerWorker: workers.register
        case .listWorkers: workers.list
        case .beatWorker: workers.beat
        case .removeWorker: workers.remove
        case .claimJobs: workers.claim
        case .reportProgress: work.report
        case .finishJob: work.finish
        case .failJob: work.fail
        case .yieldJob: work.yield
        case .readDocument: document
        case .checkReadiness: ReadyCheck(core: core, others: readiness).answer
        case .readMetrics: MetricsCalls(core: core, metrics: metrics).read
        }
    }

    private func document(_ call: APICall) async throws -> Response {
        Response.json(try text.text(try await core.catalog.all()))
    }
}

/// What the routes of a server share.
final class APICore: Sendable {
    let store: any Store
    let catalog: LifecycleCatalog
    let finder: JobFinder
    let workers: WorkerRegistry
    let line: ClaimLine
    let uploads: UploadService?

    init(store: any Store, uploads: UploadService? = nil) {
        self.store = store
        self.uploads = uploads
        catalog = LifecycleCatalog(store: store)
        finder = JobFinder(store: store, catalog: catalog)
        workers = WorkerRegistry(store: store)
        line = ClaimLine(store: store)
    }

    /// Carries out one command.
    func apply(_ command: Command) async throws -> Outcome {
        guard let outcome = try await store.apply([command]).first else { throw Self.noOutcome }
        return outcome
    }

    static let noOutcome = Failure.adminRequired("the store gave no outcome", code: "no_outcome")
}

/// A request that reached its route: the sender's role and the parameters' names were checked.
struct APICall {
    let request: Request
    let context: AppContext
    let query: QueryParameters

    /// Who asks.
    var identity: Identity { get throws { try context.requireIdentity() } }

    /// What a part of the path says.
    func part(_ name: String) -> String {
        let text = context.parameters.get(name) ?? ""
        return text.removingPercentEncoding ?? text
    }
}
