import HTTPTypes
import Hummingbird
import Lockstep
import Logging
import NIOCore

/// Shows lifecycles, and pauses them.
struct LifecycleCalls: Sendable {
    let core: APICore

    @Sendable func list(_ call: APICall) async throws -> Response {
        let operates = try call.identity.operates
        var documents: [LifecycleDocument] = []
        let pauses = operates ? try await core.store.pauses() : .none
        for definition in try await core.catalog.all() {
            var document = try LifecycleDocument(definition)
            document.isWhole = false
            if operates { document.standing = try await standing(definition, pauses) }
            documents.append(document)
        }
        return Response.json(try JSONText.encode(["lifecycles": documents]))
    }

    @Sendable func read(_ call: APICall) async throws -> Response {
        let definition = try await definition(call)
        var document = try LifecycleDocument(definition)
        if try call.identity.operates {
            document.standing = try await standing(definition, try await core.store.pauses())
        }
        return Response.json(try JSONText.encode(document))
    }

    private func standing(
        _ definition: Definition, _ pauses: Pauses
    ) async throws -> LifecycleDocument.Standing {
        LifecycleDocument.Standing(
            counts: try await core.store.liveCount(definition.name),
            pauses: pauses.all.filter { $0.lifecycle == definition.name })
    }

    @Sendable func draw(_ call: APICall) async throws -> Response {
        let format = try call.query.text("format") ?? "mermaid"
        guard APILimits.diagramFormats.contains(format) else {
            throw Problem.unprocessable(
                "there is no diagram in '\(Problem.shortened(format))'; "
                    + "use \(APILimits.diagramFormats.joined(separator: " or "))",
                accepted: APILimits.diagramFormats)
        }
        let definition = try await definition(call)
        // A picture that is opened by itself runs nothing and loads nothing.
        var headers = SecurityHeaders(styles: [DrawingStyle.standalone]).fields
        headers[.contentType] = format == "svg" ? "image/svg+xml" : "text/plain; charset=utf-8"
        let text =
            switch format {
            case "svg": LifecycleDrawing(definition).svg()
            case "dot": definition.dot()
            default: definition.mermaid()
            }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    @Sendable func pause(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["status", "reason"], isRequired: false)
        let status = try body.text("status")
        let reason = try body.text("reason", longest: APILimits.longestReason)
        let definition = try await definition(call)
        let pause = try await core.store.pause(
            definition.name, status: status, by: try call.identity.actor, reason: reason)
        return Response.json(try JSONText.encode(pause))
    }

    @Sendable func resume(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["status", "reason"], isRequired: false)
        let status = try body.text("status")
        let reason = try body.text("reason", longest: APILimits.longestReason)
        let definition = try await definition(call)
        let lifted = try await core.store.resume(definition.name, status: status)
        if let lifted {
            let user = try call.identity.user
            // The history of pauses is the log: a store keeps those that hold.
            call.context.logger.notice(
                "a pause was lifted",
                metadata: [
                    "place": "\(lifted.place)", "user": "\(user)", "reason": "\(reason ?? "")",
                ])
        }
        return Response.json(try JSONText.encode(Resumed(lifted: lifted)))
    }

    private struct Resumed: Encodable {
        let lifted: Pause?

        private enum Key: String, CodingKey { case lifted }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(lifted, forKey: .lifted)
        }
    }

    private func definition(_ call: APICall) async throws -> Definition {
        let name = call.part("name")
        guard name.utf8.count <= NewJob.longestName else {
            throw Problem.notFound("there is no lifecycle '\(Problem.shortened(name))'")
        }
        return try await core.catalog.definition(name)
    }
}
