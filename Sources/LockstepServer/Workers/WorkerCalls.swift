import Hummingbird
import Lockstep

/// Workers in any language: they register, give signs of life, take jobs and say goodbye.
struct WorkerCalls: Sendable {
    let core: APICore

    // MARK: Registering

    @Sendable func register(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["name", "statuses", "knows", "lease_seconds"])
        let name = try body.requiredText("name")
        guard (1...APILimits.longestWorkerName).contains(name.utf8.count),
            name.utf8.allSatisfy(Self.isNameByte)
        else {
            throw Problem.unprocessable(
                "'name' must have 1 to \(APILimits.longestWorkerName) letters of ASCII, digits, '-', '_' or '.'"
            )
        }
        let statuses = try await statuses(body)
        let knows = try Self.knows(body, workingOn: statuses)
        try Self.check(try call.identity, mayWorkOn: statuses)
        let lease = try body.integer("lease_seconds", in: APILimits.leases) ?? APILimits.lease
        let now = core.store.time.now()
        let record = WorkerRecord(
            id: WorkerID("\(name)-\(JobID(at: now).text.suffix(12))"),
            host: "\(try call.identity.user), by HTTP", statuses: statuses, startedAt: now, beatAt: now,
            leaseEnds: now + .seconds(lease), holding: 0)
        var heartbeat = Heartbeat(
            worker: record.id, lease: .seconds(lease), statuses: statuses, host: record.host)
        heartbeat.isFirst = true
        heartbeat.knows = knows
        _ = try await core.store.beat(heartbeat)
        core.workers.remember(
            record.id,
            .init(
                statuses: statuses, lease: .seconds(lease), host: record.host, leaseEnds: record.leaseEnds))
        return Response.json(
            try JSONText.encode(WorkerDocument(record: record, now: now)), status: .created,
            headers: [.location: "/v1/workers/\(record.id)"])
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func statuses(_ body: RequestObject) async throws -> [String: [String]] {
        guard let statuses = try body.lists("statuses"), !statuses.isEmpty else {
            throw Problem.unprocessable(
                "'statuses' is missing; name the working statuses of each lifecycle, such as "
                    + #"{"export": ["rendering"]}"#)
        }
        for (lifecycle, names) in statuses {
            let definition: Definition
            do {
                definition = try await core.catalog.definition(lifecycle)
            } catch let refusal as Refusal {
                throw Problem.unprocessable(
                    refusal.message, code: refusal.code.rawValue, accepted: refusal.allowed)
            }
            let working = definition.statuses.filter { $0.kind == .work }.map(\.name)
            let others = names.filter { !working.contains($0) }
            guard others.isEmpty, !names.isEmpty, Set(names).count == names.count else {
                let which = others.first.map { "'\(Problem.shortened($0))' is none" } ?? "name each once"
                throw Problem.unprocessable(
                    "'statuses.\(lifecycle)' must name working statuses of the lifecycle; \(which)",
                    code: Refusal.Code.undeclaredStatus.rawValue, accepted: working)
            }
        }
        return statuses
    }

    /// What the worker's code knows of its lifecycles, of which the activation of another version goes by; what is to
    /// come may be among it.
    private static func knows(
        _ body: RequestObject, workingOn statuses: [String: [String]]
    ) throws -> [String: KnownLifecycle] {
        guard let knows = try body.lists("knows") else { return [:] }
        for (lifecycle, names) in knows {
            guard statuses[lifecycle] != nil else {
                throw Problem.unprocessable(
                    "'knows' must name lifecycles that 'statuses' names; '\(Problem.shortened(lifecycle))' is none",
                    accepted: statuses.keys.sorted())
            }
            guard names.allSatisfy({ (1...63).contains($0.unicodeScalars.count) }) else {
                throw Problem.unprocessable("'knows.\(lifecycle)' must list statuses of 1 to 63 characters")
            }
        }
        return knows.mapValues { KnownLifecycle(statuses: $0) }
    }

    @Sendable func list(_ call: APICall) async throws -> Response {
        let now = core.store.time.now()
        let workers = try await core.store.workers().map { WorkerDocument(record: $0, now: now) }
        return Response.json(try JSONText.encode(["workers": workers]))
    }

    // MARK: Living

    /// A token that is bound to lifecycles serves no worker of others.
    static func check(_ identity: Identity, mayWorkOn statuses: [String: [String]]) throws {
        for lifecycle in statuses.keys.sorted() where !identity.mayWork(on: lifecycle) {
            throw Problem.forbidden("the token of '\(identity.user)' is not for lifecycle '\(lifecycle)'")
        }
    }

    @Sendable func beat(_ call: APICall) async throws -> Response {
        _ = try await RequestObject(reading: call.request, fields: [], isRequired: false)
        let worker = WorkerID(call.part("id"))
        let reply = try await beat(worker, for: try call.identity)
        var json = JSONWriter()
        json.raw("{")
        json.name("alive")
        json.bool(reply.isAlive)
        json.name("held")
        json.raw("{")
        for (index, (job, fence)) in reply.held.sorted(by: { $0.key < $1.key }).enumerated() {
            json.raw("\(index > 0 ? "," : "")\"\(job)\":\(fence)")
        }
        json.raw("}}")
        return .json(json)
    }

    /// A worker that nobody knows counts as dead.
    private func beat(_ worker: WorkerID, for identity: Identity) async throws -> HeartbeatReply {
        guard let entry = try await core.workers.entry(worker) else {
            return HeartbeatReply(isAlive: false, held: [:])
        }
        try Self.check(identity, mayWorkOn: entry.statuses)
        let now = core.store.time.now()
        let reply = try await core.store.beat(
            Heartbeat(worker: worker, lease: entry.lease, statuses: entry.statuses, host: entry.host))
        if reply.isAlive { core.workers.renew(worker, at: now) } else { core.workers.forget(worker) }
        return reply
    }

    @Sendable func remove(_ call: APICall) async throws -> Response {
        let worker = WorkerID(call.part("id"))
        guard let entry = try await core.workers.entry(worker) else {
            throw Problem.notFound("there is no worker '\(Problem.shortened(worker.text))'")
        }
        let reply = try await beat(worker, for: try call.identity)
        _ = try await core.store.apply(
            reply.held.compactMap { job, fence in
                reply.lifecycles[job].map { Self.yielding(job, of: $0, worker, fence) }
            })
        var goodbye = Heartbeat(
            worker: worker, lease: entry.lease, statuses: entry.statuses, host: entry.host)
        goodbye.isLast = true
        _ = try await core.store.beat(goodbye)
        core.workers.forget(worker)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    private static func yielding(
        _ job: JobID, of lifecycle: String, _ worker: WorkerID, _ fence: Int64
    ) -> Command {
        var command = Command(.yield, job: job, of: lifecycle, by: .worker(worker.text))
        command.claim = Claim(worker: worker, fence: fence)
        return command
    }

    // MARK: Claiming

    @Sendable func claim(_ call: APICall) async throws -> Response {
        let body = try await RequestObject(
            reading: call.request, fields: ["limit", "wait_seconds"], isRequired: false)
        let limit = try body.integer("limit", in: 1...APILimits.longestClaim) ?? 1
        let seconds = try body.integer("wait_seconds", in: 0...APILimits.longestWait) ?? 0
        let worker = WorkerID(call.part("id"))
        guard let entry = try await core.workers.living(worker) else { throw Self.dead(worker) }
        try Self.check(try call.identity, mayWorkOn: entry.statuses)
        let turn = ClaimTurn(
            core: core, worker: worker, limit: limit,
            deadline: core.store.time.now() + .seconds(seconds), isStillValid: call.context.isStillValid)
        let jobs: [JobRecord]
        if seconds == 0 {
            jobs = try await turn.look()
        } else {
            let watch = DisconnectWatch()
            jobs = try await turn.wait(call.context.channel, watch)
            if watch.isGone, !jobs.isEmpty {
                // Nobody hears the answer; what was claimed meanwhile goes back at once.
                _ = try await core.store.apply(
                    jobs.map { Self.yielding($0.id, of: $0.lifecycle, worker, $0.fence) })
                return Response.json(#"{"jobs":[]}"#)
            }
        }
        var json = JSONWriter(capacity: 1024 * (jobs.count + 1))
        json.raw(#"{"jobs":["#)
        for (index, record) in jobs.enumerated() {
            if index > 0 { json.raw(",") }
            JobDocument(record).write(to: &json)
            core.finder.remember(record.id, in: record.lifecycle)
        }
        json.raw("]}")
        return .json(json)
    }

    static func dead(_ worker: WorkerID) -> Problem {
        Problem(
            .conflict, code: "worker_dead",
            "worker '\(Problem.shortened(worker.text))' is not known or its lease has ended, and its claims are "
                + "gone; register again")
    }
}
