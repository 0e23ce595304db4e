import Hummingbird
import Lockstep
import LockstepServer

/// What an analysis found, for programs and for people.
struct ResultRoutes: Sendable {
    let service: AnomalyService

    func add(to group: RouterGroup<AppContext>) {
        group.get("/datasets/:id/anomalies") { request, context in
            let (id, user) = try Asked.dataset(context)
            let limit = try request.integer("limit", in: 1...10_000) ?? AnomalyStages.keptRows
            let (_, result) = try await result(id, user)
            let rows = try await service.results.rows(of: result.session, dataset: id, limit: limit)
            return try Response.json(encoding: AnomaliesAnswer(result, rows: rows))
        }
        group.get("/datasets/:id/scores") { request, context in
            let (id, user) = try Asked.dataset(context)
            let (dataset, result) = try await result(id, user)
            let path = service.folder.scores(of: result.session, in: dataset.storageKey)
            let body = try await FileIO().loadFile(path: path, context: context)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/csv; charset=utf-8",
                    .contentDisposition: "attachment; filename=\"scores.csv\"",
                    .cacheControl: "private, no-store",
                ], body: body)
        }
        group.get("/datasets/:id/report") { request, context in
            let (id, user) = try Asked.dataset(context)
            return try await report(id, user)
        }
    }

    private func result(_ id: String, _ user: String) async throws -> (Dataset, AnalysisResult) {
        guard let dataset = try await service.datasets.find(id, of: user) else { throw Problem.noDataset }
        guard let result = try await service.results.latest(of: id) else { throw Problem.notAnalysed }
        return (dataset, result)
    }

    private func report(_ id: String, _ user: String) async throws -> Response {
        let view = try await service.view(id, of: user)
        var page = ReportPage(view: view, now: service.store.time.now())
        if let session = view.analysis {
            page.sessionHistory = try await service.jobs.history(of: session.id)
        }
        if let triage = view.triage { page.triageHistory = try await service.jobs.history(of: triage.id) }
        if let result = try await service.results.latest(of: id) {
            page.result = result
            page.rows = try await service.results.rows(
                of: result.session, dataset: id, limit: ReportPage.shownRows)
        }
        return page.response()
    }
}
