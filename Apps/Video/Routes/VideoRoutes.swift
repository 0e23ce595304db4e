import Hummingbird
import Lockstep
import LockstepServer
import LockstepUploads

/// Where a video is, and what was found in it, for programs and for people.
struct VideoRoutes: Sendable {
    let service: VideoService
    let events: EventRoutes

    func add(to group: RouterGroup<AppContext>) {
        group.get("/videos/:id") { _, context in
            let (job, identity) = try Asked.video(context)
            let view = try await service.view(job, identity: identity)
            let (quick, deep) = try await results(of: job)
            return try Response.json(
                encoding: VideoAnswer(view, hasQuick: quick != nil, hasDeep: deep != nil))
        }
        group.get("/videos/:id/events") { request, context in
            let (job, identity) = try Asked.video(context)
            let view = try await service.view(job, identity: identity)
            return try events.stream(of: view.job.record, to: request, context)
        }
        group.get("/videos/:id/result") { _, context in
            let (job, identity) = try Asked.video(context)
            let view = try await service.view(job, identity: identity)
            let (quick, deep) = try await results(of: job)
            guard let quick else { throw Problem.notAnalysed }
            return try Response.json(
                encoding: ResultAnswer(job: job, status: view.job.record.status, quick: quick, deep: deep))
        }
        group.get("/videos/:id/artefacts/:name") { request, context in
            let (job, identity) = try Asked.video(context)
            let view = try await service.view(job, identity: identity)
            let name = try context.parameters.require("name")
            guard let object = try await service.shelf.find(name, of: view.job.id) else {
                throw Problem.notFound("the video has no such artefact; GET …/result names those that it has")
            }
            return try await ObjectDownload(object, in: service.uploads.storage).response(to: request)
        }
        group.get("/videos/:id/page") { _, context in
            let (job, identity) = try Asked.video(context)
            let view = try await service.view(job, identity: identity)
            let (quick, deep) = try await results(of: job)
            return VideoPage(
                view: view, history: try await service.jobs.history(of: job), now: service.store.time.now(),
                quick: quick, deep: deep
            ).response()
        }
    }

    private func results(of job: JobID) async throws -> (quick: QuickResult?, deep: DeepResult?) {
        (try await service.results.quick(of: job), try await service.results.deep(of: job))
    }
}
