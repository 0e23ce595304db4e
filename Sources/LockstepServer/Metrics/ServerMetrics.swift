import HTTPTypes
import Lockstep
import Synchronization

/// The figures that a server shows at `/metrics`: what it did itself since it started, and, asked for at most every
/// five seconds, how the store stands.
///
/// Several servers on one store each count their own doings; sums over them are right. The gauges of the store are
/// the same at each.
public final class ServerMetrics: Sendable {
    /// Where requests and commands are counted.
    let started = MetricFamily(
        "lockstep_jobs_started_total", .counter,
        "Starts of jobs, by what they came to: started, reused or refused.",
        labels: ["lifecycle", "status", "outcome"])
    let moved = MetricFamily(
        "lockstep_moves_total", .counter, "Moves of jobs, by the status that was entered.",
        labels: ["lifecycle", "status"])
    let claimed = MetricFamily(
        "lockstep_claims_total", .counter,
        "Jobs handed out to workers, by the status in which they are worked on.",
        labels: ["lifecycle", "status"])
    let failed = MetricFamily(
        "lockstep_failures_total", .counter, "Failures, by who can do something about them.",
        labels: ["lifecycle", "status", "audience"])
    let retried = MetricFamily(
        "lockstep_retries_total", .counter, "Failed attempts after which another one follows.",
        labels: ["lifecycle", "status"])
    let parked = MetricFamily(
        "lockstep_parked_total", .counter, "Jobs parked until an administrator acts.",
        labels: ["lifecycle", "status"])
    let refused = MetricFamily(
        "lockstep_refusals_total", .counter, "Commands that were refused, by the code of the refusal.",
        labels: ["lifecycle", "code"])
    let swept = MetricFamily(
        "lockstep_swept_total", .counter,
        "What sweeps did: claims of dead workers taken back, deadlines enforced, ended jobs retired.",
        labels: ["outcome"])
    private let requests = MetricFamily(
        "lockstep_http_requests_total", .counter, "HTTP requests, by route and class of status.",
        labels: ["method", "route", "status"])
    private let durations = MetricFamily(
        "lockstep_http_request_duration_seconds", .histogram,
        "How long requests took until their answer began; claims that wait for jobs are long on purpose.",
        labels: ["route"],
        bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    private let build = MetricFamily(
        "lockstep_build_info", .gauge, "Always 1; the version is in the label.", labels: ["version"])

    private let others = Mutex<[MetricFamily]>([])
    private let guarded = Mutex<GuardedTables?>(nil)

    /// Makes figures that are all zero.
    /// - Parameter version: what `lockstep_build_info` says.
    public init(version: String = "development") { build.set(1, version) }

    var families: [MetricFamily] {
        [build, started, moved, claimed, failed, retried, parked, refused, swept, requests, durations]
            + others.withLock { $0 } + (guarded.withLock { $0 }?.families ?? [])
    }

    /// Shows an application's counter too, from now on.
    public func show(_ counter: AppCounter) { others.withLock { $0.append(counter.family) } }

    /// Shows guarded tables too, from now on.
    public func show(_ tables: GuardedTables) { guarded.withLock { $0 = tables } }

    /// Counts a request.
    func count(_ method: HTTPRequest.Method, route: String, status: Int, seconds: Double) {
        let method = Self.methods.contains(method) ? method.rawValue : MetricFamily.other
        requests.add(1, method, route, "\(status / 100)xx")
        durations.observe(seconds, route)
    }

    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]
}
