import Hummingbird
import Lockstep
import LockstepUploads

/// Uploads for any lifecycle that needs some: announcing, completing, listing and reading them.
struct UploadCalls: Sendable {
    let core: APICore

    private func service() throws -> UploadService {
        guard let service = core.uploads else {
            throw Problem(.notImplemented, code: "no_uploads", "this server takes no uploads")
        }
        return service
    }

    @Sendable func announce(_ call: APICall) async throws -> Response {
        let service = try service()
        let body = try await RequestObject(
            reading: call.request, fields: ["name", "filename", "content_type", "size", "sha256", "parts"])
        let (record, definition) = try await find(call)
        let announcement = Announcement(
            job: record.id, lifecycle: record.lifecycle,
            name: try body.requiredText("name", longest: NewJob.longestName),
            filename: try body.requiredText("filename", longest: Announcement.longestFilename),
            size: Int64(try body.requiredInteger("size", in: 1...Int.max)),
            contentType: try body.requiredText("content_type", longest: 255),
            sha256: try body.text("sha256", longest: 64), takesParts: try body.flag("parts") ?? false)
        let permit = try await service.uploads.announce(
            announcement, for: record, in: definition, policy: service.policy,
            ownedBy: try call.identity.seesOnly)
        return Response.json(
            try JSONText.encode(["upload": PermitDocument(permit, for: call.request)]), status: .created)
    }

    @Sendable func complete(_ call: APICall) async throws -> Response {
        let service = try service()
        _ = try await RequestObject(reading: call.request, fields: [], isRequired: false)
        let (record, definition) = try await find(call)
        let identity = try call.identity
        let completion = try await service.uploads.complete(
            record.id, in: definition, by: identity.actor, ownedBy: identity.seesOnly)
        var json = JSONWriter()
        json.raw("{")
        json.name("outcome")
        switch completion {
        case .refused(let failure, _): throw Problem(.badRequest, code: failure.code, failure.message)
        case .verified:
            json.string("verified")
            json.name("message")
            json.string("The uploads are verified")
        case .alreadyProcessed:
            json.string("already_processed")
            json.name("message")
            json.string(Completion.alreadyProcessed)
        }
        json.name("job")
        JobDocument(completion.record).write(to: &json)
        json.raw("}")
        return .json(json, headers: [.eTag: completion.record.etag])
    }

    @Sendable func list(_ call: APICall) async throws -> Response {
        let service = try service()
        let (record, _) = try await find(call)
        let states = try await service.uploads.states(of: record.id)
        return .json(try JSONText.encode(UploadList(of: record.id, states)))
    }

    @Sendable func read(_ call: APICall) async throws -> Response {
        let service = try service()
        let (record, _) = try await find(call)
        let name = call.part("name")
        guard let upload = try await service.uploads.object(of: record.id, named: name) else {
            throw Problem.notFound(
                "job \(record.id) has no verified upload '\(Problem.shortened(name))'; GET "
                    + "/v1/jobs/\(record.id)/uploads lists what it has")
        }
        return try await ObjectDownload(upload, in: service.uploads.storage).response(to: call.request)
    }

    /// People find their jobs; a worker finds those of the lifecycles that it may work on, because it needs what they hold.
    private func find(_ call: APICall) async throws -> (record: JobRecord, definition: Definition) {
        let identity = try call.identity
        let isWorker = identity.role == .worker
        let found = try await core.finder.find(call.part("id"), owner: isWorker ? nil : identity.seesOnly)
        guard !isWorker || identity.mayWork(on: found.record.lifecycle) else {
            throw Problem.notFound("there is no job \(found.record.id)")
        }
        return found
    }
}
