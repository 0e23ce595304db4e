import HTTPTypes
import Hummingbird
import Lockstep
import Logging
import NIOCore
import ServiceLifecycle

/// The routes by which programs and pages hear what happens, as server-sent events (HTML Living Standard, section 9.2).
///
/// | route | sends |
/// |---|---|
/// | `GET /v1/jobs/{id}/events` | the job's history from the beginning and on, each line once and in order; its progress |
/// | `GET /v1/events?lifecycle=&owner=` | every line of many jobs from now on, each at least once |
///
/// An event has its line's kind as its name, and `progress` has no id. `Last-Event-ID`, or `?after=` where no header can
/// be sent, goes on behind an event: of a job that is the number of the line. A comment every 15 seconds shows that the
/// stream is alive. Clients hear of their own jobs alone: others' answer 404. Operators and admins hear of all; workers
/// are answered 403. There is room for so many streams, see ``JobEvents/Limits``: beyond that 503, or 429 for one user.
/// A stream ends soon after its token was revoked or has expired.
public struct EventRoutes: Sendable {
    private let events: JobEvents
    private var store: any Store { events.store }

    /// Makes the routes.
    public init(events: JobEvents) { self.events = events }

    /// Adds the routes, with their prefix `/v1`, to a router or a group.
    public func add(to router: some RouterMethods<AppContext>) {
        router.get("/v1/jobs/:id/events") { request, context in try await ofJob(request, context) }
        router.get("/v1/events") { request, context in try await ofMany(request, context) }
    }

    // MARK: The two routes

    private func ofJob(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Self.person(context)
        return try stream(of: try await find(context, for: identity), to: request, context)
    }

    /// The answer of an application's own route: the stream of a job that it has found for the sender. See the table.
    /// - Throws: ``Problem`` 422 for a bad `Last-Event-ID`, 429 and 503 when there is no room for another stream.
    public func stream(
        of record: JobRecord, to request: Request, _ context: AppContext
    ) throws -> Response {
        let query = try QueryParameters(of: request, known: ["after"])
        let job = JobTopic(record)
        var after: Int64 = 0
        if let text = try Self.lastID(of: request, query) {
            guard let number = Int64(text), number >= 0 else {
                throw Problem.unprocessable(
                    "'\(Problem.shortened(text))' is no number of a line of a history; send the id of an event"
                )
            }
            after = number
        }
        let (events, begin) = (events, after)
        return try respond(to: request, context, .job(job)) { writer, subscription in
            var stream = JobStream(events: events, job: job, after: begin, writer: writer, subscription)
            try await stream.run()
        }
    }

    private func ofMany(_ request: Request, _ context: AppContext) async throws -> Response {
        let identity = try Self.person(context)
        let query = try QueryParameters(of: request, known: ["lifecycle", "owner", "after"])
        let lifecycle = try query.text("lifecycle")
        let wanted = try query.text("owner")
        if !identity.operates, let wanted, wanted != identity.user {
            throw Problem.notFound("there are no events of '\(Problem.shortened(wanted))'")
        }
        let known = try await store.definitions().map(\.name)
        if let lifecycle {
            guard known.contains(lifecycle) else { throw Refusal.unknownLifecycle(lifecycle, known: known) }
        }
        var places: EventPlaces?
        if let text = try Self.lastID(of: request, query) {
            guard let sent = EventPlaces(of: lifecycle, text) else {
                throw Problem.unprocessable(
                    "'\(Problem.shortened(text))' is no id of an event of this stream; leave it out to begin now"
                )
            }
            // A place that the store does not know is refused now, for a stream cannot say so any more.
            for (name, cursor) in sent.cursors where known.contains(name) {
                _ = try await store.feed(name, from: cursor, limit: 1)
            }
            places = sent
        }
        let owner = identity.operates ? wanted : identity.user
        let (events, begin, user) = (events, places, identity.user)
        let topic = owner.map { EventSubscription.Topic.owner($0, lifecycle: lifecycle) }
        return try respond(to: request, context, topic ?? .all(lifecycle: lifecycle)) {
            writer, subscription in
            var stream = FeedStream(
                events: events, lifecycle: lifecycle, owner: owner, user: user, after: begin, writer: writer,
                subscription)
            try await stream.run()
        }
    }

    // MARK: Answering

    /// An answer that goes on until the client leaves or the server stops. It has its place among the streams from now
    /// on, also when it is never sent (HEAD).
    private func respond(
        to request: Request, _ context: AppContext, _ topic: EventSubscription.Topic,
        _ body: @escaping @Sendable (any ResponseBodyWriter, EventSubscription) async throws -> Void
    ) throws -> Response {
        let ticket = try events.ticket(for: context.requireIdentity().user)
        let events = events
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        // A proxy that collects answers (nginx) would keep every event back.
        if let name = HTTPField.Name("X-Accel-Buffering") { headers[name] = "no" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                defer { withExtendedLifetime(ticket) {} }
                let subscription = events.subscribe(topic)
                defer { events.unsubscribe(subscription) }
                let watch = Task { await self.watch(subscription, context) }
                defer { watch.cancel() }
                let copy = writer
                try await withGracefulShutdownHandler {
                    try await request.body.consumeWithInboundCloseHandler { _ in
                        try await body(copy, subscription)
                    } onInboundClosed: {
                        subscription.end()
                    }
                } onGracefulShutdown: {
                    subscription.end()
                }
                try await writer.finish(nil)
            })
    }

    /// Shuts a stream when its token is no longer valid.
    private func watch(_ subscription: EventSubscription, _ context: AppContext) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: events.limits.tokens)
                guard try await context.isStillValid() else { return subscription.shut() }
            } catch {
                // What cannot be asked has no new lines to send either; it is asked again. The reader of the feeds
                // warns of it, once and not for each of a thousand streams.
                context.logger.debug("a stream's token could not be checked", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What the client had last: the header that browsers send by themselves, or the parameter.
    private static func lastID(of request: Request, _ query: QueryParameters) throws -> String? {
        if let name = HTTPField.Name("Last-Event-ID"), let header = request.headers[name], !header.isEmpty {
            return header
        }
        return try query.text("after", longest: APILimits.longestQuery)
    }

    // MARK: Who may hear

    private static func person(_ context: AppContext) throws -> Identity {
        let identity = try context.requireIdentity()
        guard identity.role != .worker else {
            throw Problem.forbidden("a worker's token hears of no jobs here; use a client's")
        }
        return identity
    }

    /// The job that the path names, if the sender may see it.
    private func find(_ context: AppContext, for identity: Identity) async throws -> JobRecord {
        let text = context.parameters.get("id") ?? ""
        guard let id = JobID(text) else {
            throw Problem.notFound("'\(Problem.shortened(text))' is no job id; ids are UUIDs")
        }
        for definition in try await store.definitions() {
            var query = JobQuery(definition.name)
            query.ids = [id]
            query.owner = identity.operates ? nil : identity.user
            query.limit = 1
            if let record = try await store.find(query).first { return record }
        }
        throw Problem.notFound("there is no job \(id)")
    }
}
