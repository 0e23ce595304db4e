import HTTPTypes

extension APIOperation {
    var workerRoute: APIRoute {
        switch self {
        case .registerWorker:
            APIRoute(
                rawValue, .post, "/v1/workers", for: .workers, tag: "Workers",
                "Announces a run of a worker; its id names it from now on."
            ).with(
                body: .init(schema: "NewWorker", isRequired: true),
                answering: .json("Worker", status: 201, "The worker.", headers: ["Location"]))
        case .listWorkers:
            APIRoute(
                rawValue, .get, "/v1/workers", for: [.worker, .admin, .operator], tag: "Workers",
                "The workers whose leases have not ended, and those that were not yet swept."
            ).with(answering: .json("WorkerList", "The workers."))
        case .beatWorker:
            APIRoute(
                rawValue, .post, "/v1/workers/{id}/heartbeat", for: .workers, tag: "Workers",
                "Renews a worker's lease and says which jobs it holds."
            ).with(
                body: .init(schema: "Nothing", isRequired: false),
                answering: .json("Heartbeat", "Whether the worker counts as alive, and its claims."))
        case .removeWorker:
            APIRoute(
                rawValue, .delete, "/v1/workers/{id}", for: .workers, tag: "Workers",
                "A worker says goodbye: its jobs are given back, no attempt is counted, and its lease ends."
            ).with(answering: .empty(204, "The worker is gone."))
        default:
            APIRoute(
                rawValue, .post, "/v1/workers/{id}/claims", for: .workers, tag: "Workers",
                "Takes jobs, best first; waits for some when there are none (a long poll)."
            ).with(
                body: .init(schema: "Claim", isRequired: false), refusals: [409],
                answering: .json("Claimed", "The jobs that the worker now holds; perhaps none."))
        }
    }

    var writingRoute: APIRoute {
        let (path, summary, schema): (String, String, String) =
            switch self {
            case .reportProgress: ("progress", "Reports progress; it only rises.", "Progress")
            case .finishJob: ("finish", "Ends a worker's turn: the job moves on.", "Finish")
            case .failJob: ("fail", "Says that an attempt failed, and who can do something about it.", "Fail")
            default: ("yield", "Gives a job back; no attempt is counted.", "Yield")
            }
        return APIRoute(rawValue, .post, "/v1/jobs/{id}/\(path)", for: .workers, tag: "Work", summary)
            .with(
                body: .init(schema: schema, isRequired: true), refusals: [409],
                answering: .json("Job", "The job as it is afterwards.", headers: ["ETag"]))
    }
}
