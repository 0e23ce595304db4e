import Lockstep
import LockstepSQL

/// Claims and heartbeats.
extension PostgresStore {
    /// Where claimable jobs are looked for.
    private struct Source {
        let entry: PostgresCatalog.Entry
        let status: String
        var place: ClaimDepth.Place { ClaimDepth.Place(lifecycle: entry.definition.name, status: status) }
        var isQueue: Bool { entry.definition.rule(for: status)?.claimedAs != nil }
    }

    /// See ``Lockstep/Store/claim(_:)``.
    public func claim(_ request: ClaimRequest) async throws -> [JobRecord] {
        let limit = max(0, request.limit)
        guard limit > 0 else { return [] }
        // Looking takes no lock and writes nothing. Where the last claim found something, the next one probably
        // will, and does without.
        if !lastClaimFound.isSet {
            let isWorthIt = try await reading { [self] connection in
                try peek(request, limit: 1, connection).contains { $0.count > 0 }
            }
            guard isWorthIt else { return [] }
        }
        let claimed = try await take(request, limit)
        CrashPoint.reach("claim.committed")
        lastClaimFound.set(!claimed.isEmpty)
        if !claimed.isEmpty { announce() }
        return claimed
    }

    private func take(_ request: ClaimRequest, _ limit: Int) async throws -> [JobRecord] {
        do {
            return try await writing { [self] connection in
                try take(request, limit, connection, alone: false).claimed
            }
        } catch let error as SQLError where error.kind == .constraint {
            // An application's constraint refuses one of them: each by itself, and what is refused waits for an
            // administrator, so that the others get their turn.
            while true {
                let (claimed, parked) = try await writing { [self] connection in
                    try take(request, limit, connection, alone: true)
                }
                if !claimed.isEmpty || parked == 0 { return claimed }
            }
        }
    }

    /// - Parameter alone: whether each claim gets a savepoint of its own.
    /// - Returns: the claimed jobs, and how many were parked because the database refuses their claim.
    private func take(
        _ request: ClaimRequest, _ limit: Int, _ connection: PGConnection, alone: Bool
    ) throws -> (claimed: [JobRecord], parked: Int) {
        let now = time.now()
        let sources = self.sources(request)
        let road = road(connection, at: now)
        guard !sources.isEmpty else {
            // What is paused here may be paused no longer.
            try road.checkRevision()
            return ([], 0)
        }
        guard let picked = try pick(sources, for: request.worker, limit, now, road), let first = picked.first
        else { return ([], 0) }
        // The claim itself changes what the order is made of.
        let found = picked.sorted { JobRecord.claimOrder($0.record, $1.record) }
        depth.likeliest = ClaimDepth.Place(lifecycle: first.record.lifecycle, status: first.record.status)
        let change = Command.Change.claim(request.worker)
        let worker = Actor.worker(request.worker.text)
        var parked = 0
        let outcomes =
            alone
            ? try found.map { try claimAlone(change, $0.record, worker, road, &parked) }
            : try road.carryOut(change, on: found, by: worker, .last)
        CrashPoint.reach("claim.written")
        try commit(road)
        let claimed = outcomes.compactMap { outcome -> JobRecord? in
            guard case .done(let record) = outcome else { return nil }
            return record
        }
        return (claimed, parked)
    }

    private func claimAlone(
        _ change: Command.Change, _ record: JobRecord, _ worker: Actor, _ road: PostgresRoad,
        _ parked: inout Int
    ) throws -> Outcome {
        let outcome = try road.applyAlone(
            Command(change, job: record.id, of: record.lifecycle, by: worker))
        guard case .refused(let refusal) = outcome, refusal.code == .constraintViolated else {
            return outcome
        }
        let parking = Command(
            .fail(refusal.claimFailure), job: record.id, of: record.lifecycle, by: .engine)
        if case .done = try road.applyAlone(parking, takesFaults: true) { parked += 1 }
        return outcome
    }

    /// Where a request's jobs may be, by the pauses as they are known here: first where the last ones were, then the
    /// queues, for in a working status only what was interrupted waits. A lifecycle that is not known here, or that this
    /// version cannot read, has none: it must not keep the others from the worker.
    private func sources(_ request: ClaimRequest) -> [Source] {
        let pauses = catalog.pauses.pauses
        let sources = request.statuses.sorted { $0.key < $1.key }.flatMap { lifecycle, working -> [Source] in
            guard let entry = catalog.known(lifecycle) else { return [] }
            return Set(working.flatMap(entry.definition.claimable)).sorted()
                .filter { pauses.onClaims(from: $0, in: entry.definition) == nil }
                .map { Source(entry: entry, status: $0) }
        }
        let likeliest = depth.likeliest
        return sources.filter { $0.place == likeliest }
            + sources.filter { $0.place != likeliest && $0.isQueue }
            + sources.filter { $0.place != likeliest && !$0.isQueue }
    }

    /// Begins the transaction of a claim, and locks the best jobs: in one round trip where only one source has any.
    ///
    /// The worker's row is locked against its removal: the sweep takes back the claims of a dead worker and then
    /// forgets it, and a claim must come before or after that as a whole.
    /// - Parameter sources: the likeliest first: its jobs are locked unseen.
    /// - Returns: `nil` when the worker counts as dead.
    private func pick(
        _ sources: [Source], for worker: WorkerID, _ limit: Int, _ now: Timestamp, _ road: PostgresRoad
    ) throws -> [KeptRecord]? {
        var parameters = PGParameters(reserving: 64)
        parameters.add(worker.text)
        let entry = sources[0].entry
        let steps =
            [
                PGConnection.Step(Self.begin), PGConnection.Step(common.lease, parameters),
                claimable(sources[0], limit, now), PGConnection.Step(entry.statements.depth),
            ] + sources.dropFirst().map { peek($0, limit, now) }
        let results = try road.connection.run(steps)
        let lease = results[1]
        guard lease.count == 1, lease.integer(0, 0) > now.microseconds else { return nil }
        if lease.integer(0, 1) != road.revision { throw StaleCatalog() }
        let first = results[2].records(of: entry.definition.name)
        note(first, of: sources[0], read: results[3].integer(0, 0), at: now)
        let others = results[4...]
        guard others.contains(where: { $0.count > 0 }) else { return first }
        return try merge(first, sources, Array(others), limit, now, road.connection)
    }

    private static let begin = PGStatement("BEGIN")

    private func claimable(_ source: Source, _ limit: Int, _ now: Timestamp) -> PGConnection.Step {
        let statements = source.entry.statements
        return search(statements.claimable, statements.claimableFrom, source, limit, now)
    }

    private func peek(_ source: Source, _ limit: Int, _ now: Timestamp) -> PGConnection.Step {
        let statements = source.entry.statements
        return search(statements.peek, statements.peekFrom, source, limit, now)
    }

    /// A search from the beginning, or from where the last one found something (``ClaimDepth``).
    private func search(
        _ whole: PGStatement, _ from: PGStatement, _ source: Source, _ limit: Int, _ now: Timestamp
    ) -> PGConnection.Step {
        var parameters = PGParameters(reserving: 64)
        parameters.add(source.status)
        parameters.add(now.microseconds)
        parameters.add(Int64(limit))
        guard let steps = depth.steps(source.place) else { return PGConnection.Step(whole, parameters) }
        parameters.add(steps.map(\.priority))
        parameters.add(steps.map(\.since))
        return PGConnection.Step(from, parameters)
    }

    private func note(_ found: [KeptRecord], of source: Source, read: Int64, at now: Timestamp) {
        let steps = Dictionary(grouping: found) { Int64($0.record.priority) }.map { priority, found in
            ClaimDepth.Step(
                priority: priority, since: found.map(\.record.availableAt.microseconds).min() ?? 0)
        }.sorted { $0.priority > $1.priority }
        depth.note(source.place, read: read, found: found.count, steps, at: now)
        lookNowAndThen(source)
    }

    private func lookNowAndThen(_ source: Source) {
        if depth.mayLook(source.place, at: .now) { Task { await self.look(source) } }
    }

    /// Looks from the very beginning, beside the claims.
    private func look(_ source: Source) async {
        let (begun, moment) = (ContinuousClock.now, time.now())
        var seen: (read: Int64, steps: [ClaimDepth.Step])?
        do {
            seen = try await reading { [self] connection in
                var parameters = PGParameters(reserving: 32)
                parameters.add(source.status)
                parameters.add(time.now().microseconds)
                let statements = source.entry.statements
                let results = try connection.run([
                    PGConnection.Step(statements.firsts, parameters), PGConnection.Step(statements.depth),
                ])
                let firsts = results[0]
                return (
                    results[1].integer(0, 0),
                    (0..<firsts.count).map {
                        ClaimDepth.Step(priority: firsts.integer($0, 0), since: firsts.integer($0, 1))
                    }
                )
            }
        } catch {
            // The next claim asks again.
            seen = nil
        }
        depth.looked(source.place, seen, at: moment, took: .now - begun, now: .now)
    }

    /// What could be claimed, without a lock: for each source priority, available_at and seq.
    private func peek(
        _ request: ClaimRequest, limit: Int, _ connection: PGConnection
    ) throws -> [PGResult] {
        let now = time.now()
        let revision = catalog.revision
        let sources = self.sources(request)
        let known = PGConnection.Step(statement: catalog.asking, parameters: PGParameters())
        let results = try connection.run(
            [known]
                + sources.flatMap {
                    [peek($0, limit, now), PGConnection.Step($0.entry.statements.depth)]
                })
        // What is paused here may be paused no longer.
        if results[0].count == 1, results[0].integer(0, 0) != revision { throw StaleCatalog() }
        var read: [String: Int64] = [:]
        return sources.enumerated().map { index, source in
            let (found, entries) = (results[1 + 2 * index], results[2 + 2 * index].integer(0, 0))
            // The server counts for the whole transaction, that is for all statuses of a lifecycle.
            let lifecycle = source.place.lifecycle
            // An idle worker learns here how deep the jobs will lie that come, so that the first of them does not wait.
            if found.count == 0 {
                depth.note(
                    source.place, read: entries - read[lifecycle, default: 0], found: 0, [], at: now)
            }
            read[lifecycle] = entries
            lookNowAndThen(source)
            return found
        }
    }

    /// The best of several sources: those of the first are locked, of the others it is known what there is. What
    /// others have locked meanwhile is made up for by whatever source has more.
    private func merge(
        _ first: [KeptRecord], _ sources: [Source], _ others: [PGResult], _ limit: Int, _ now: Timestamp,
        _ connection: PGConnection
    ) throws -> [KeptRecord] {
        // The complement reverses the order as the negative does, and there is one of every number.
        typealias Place = (index: Int, order: (Int64, Int64, Int64))
        var places: [Place] = first.map { kept in
            let record = kept.record
            return (0, (~Int64(record.priority), record.availableAt.microseconds, record.sequence))
        }
        for (index, rows) in others.enumerated() {
            for row in 0..<rows.count {
                places.append(
                    (index + 1, (~rows.integer(row, 0), rows.integer(row, 1), rows.integer(row, 2))))
            }
        }
        let best = places.sorted { $0.order < $1.order }.prefix(limit)
        let shares = Dictionary(grouping: best, by: \.index).mapValues(\.count)
        var found = Array(first.prefix(shares[0] ?? 0))
        for (index, share) in shares.sorted(by: { $0.key < $1.key }) where index > 0 {
            found += try connection.run([claimable(sources[index], share, now)])[0]
                .records(of: sources[index].entry.definition.name)
        }
        let more = first.dropFirst(shares[0] ?? 0)
        return found + more.prefix(limit - found.count)
    }

    // MARK: Heartbeats

    /// See ``Lockstep/Store/beat(_:)``.
    public func beat(_ heartbeat: Heartbeat) async throws -> HeartbeatReply {
        let statuses = try JSONText.encode(heartbeat.statuses)
        let knows = heartbeat.knows.isEmpty ? nil : try JSONText.encode(heartbeat.knows)
        return try await writing { [self] connection in
            let now = time.now()
            var parameters = PGParameters(reserving: 6)
            parameters.add(heartbeat.worker.text)
            parameters.add(now.microseconds)
            parameters.add((heartbeat.isLast ? now : now + heartbeat.lease).microseconds)
            if heartbeat.isFirst, !heartbeat.isLast {
                parameters.add(heartbeat.host)
                parameters.add(statuses)
                parameters.add(knows)
            }
            let statement =
                heartbeat.isLast ? common.lastBeat : heartbeat.isFirst ? common.firstBeat : common.beat
            var holder = PGParameters(reserving: 1)
            holder.add(heartbeat.worker.text)
            let lifecycles = try heartbeat.statuses.keys.sorted().compactMap { name in
                try catalog.statements(name, connection).map { (name: name, claims: $0.claimsOf) }
            }
            let results = try connection.run(
                [PGConnection.Step(statement: statement, parameters: parameters)]
                    + lifecycles.map { PGConnection.Step(statement: $0.claims, parameters: holder) })
            // The sweep took the worker off the list: it counts as dead, and its claims are gone.
            guard !heartbeat.isLast, results[0].changed == 1 else {
                return HeartbeatReply(isAlive: false, held: [:])
            }
            var reply = HeartbeatReply(isAlive: true, held: [:])
            for (lifecycle, rows) in zip(lifecycles, results.dropFirst()) {
                for row in 0..<rows.count {
                    let job = JobID(stored: rows.text(row, 0))
                    reply.held[job] = rows.integer(row, 1)
                    reply.lifecycles[job] = lifecycle.name
                }
            }
            CrashPoint.reach("beat.written")
            return reply
        }
    }

    /// See ``Lockstep/Store/workers()``.
    public func workers() async throws -> [WorkerRecord] {
        try await reading { [self] connection in try workers(connection) }
    }

    func workers(_ connection: PGConnection) throws -> [WorkerRecord] {
        let rows = try connection.run(common.workers)
        // One question for each lifecycle, however many workers there are.
        var holding: [String: Int] = [:]
        for statements in catalog.entries.map(\.statements) + catalog.unread where rows.count > 0 {
            let counts = try connection.run(statements.holdings)
            for row in 0..<counts.count {
                holding[counts.text(row, 0), default: 0] += Int(counts.integer(row, 1))
            }
        }
        return try (0..<rows.count).map { row in
            let id = rows.text(row, 0)
            var record = WorkerRecord(
                id: WorkerID(id), host: rows.text(row, 1),
                statuses: try JSONText.decode([String: [String]].self, from: rows.text(row, 2)),
                startedAt: Timestamp(microseconds: rows.integer(row, 3)),
                beatAt: Timestamp(microseconds: rows.integer(row, 4)),
                leaseEnds: Timestamp(microseconds: rows.integer(row, 5)),
                holding: holding[id] ?? 0)
            record.knows = StoredText.value(rows.optionalText(row, 6), or: [:])
            return record
        }
    }
}
