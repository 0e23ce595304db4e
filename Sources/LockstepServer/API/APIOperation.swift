/// What the API can do: one case for each route that ``APIRoutes`` adds. The router and the document are both made
/// from these cases, by exhaustive switches, so that neither can have what the other lacks.
enum APIOperation: String, CaseIterable, Sendable {
    case listLifecycles, readLifecycle, drawLifecycle, pauseLifecycle, resumeLifecycle
    case listJobs, startJob, startJobs, readJob, readHistory
    case moveJob, cancelJob, retryJob, holdJob, releaseJob, reopenJob, eraseJob
    case announceUpload, completeUploads, listUploads, readUpload
    case registerWorker, listWorkers, beatWorker, removeWorker, claimJobs
    case reportProgress, finishJob, failJob, yieldJob
    case readDocument, checkReadiness, readMetrics

    /// The route.
    var route: APIRoute {
        switch self {
        case .listLifecycles, .readLifecycle, .drawLifecycle, .pauseLifecycle, .resumeLifecycle:
            lifecycleRoute
        case .listJobs, .startJob, .startJobs, .readJob, .readHistory: readingRoute
        case .moveJob, .cancelJob, .retryJob, .holdJob, .releaseJob, .reopenJob, .eraseJob: changingRoute
        case .announceUpload, .completeUploads, .listUploads, .readUpload: uploadRoute
        case .registerWorker, .listWorkers, .beatWorker, .removeWorker, .claimJobs: workerRoute
        case .reportProgress, .finishJob, .failJob, .yieldJob: writingRoute
        case .readDocument, .checkReadiness, .readMetrics: serverRoute
        }
    }
}
