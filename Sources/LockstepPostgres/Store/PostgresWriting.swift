import Lockstep
import LockstepSQL

/// How the store writes: what is tried again, what is undone, and what is told to whom.
extension PostgresStore {
    /// How often a write is tried that another transaction, or another definition, got in the way of.
    private static let attempts = 8

    /// Runs `body` on a connection, again when a deadlock or a replaced definition got in its way. What is open
    /// afterwards is undone: `body` commits.
    func writing<Result: Sendable>(
        _ body: @escaping @Sendable (PGConnection) throws -> Result
    ) async throws -> Result {
        try await pool.use { [self] connection in
            try keepTime(connection)
            var attempt = 1
            // What has waited for a lock as long as a statement may is not told to wait as long again.
            let until = ContinuousClock.now + options.statementTimeout
            while true {
                do {
                    defer { Self.rollBack(connection) }
                    return try body(connection)
                } catch is StaleCatalog where attempt < Self.attempts {
                    try catalog.refresh(connection)
                } catch let error as SQLError
                    where error.kind == .busy && attempt < Self.attempts && .now < until
                {
                    // Whoever got in the way has gone on.
                }
                attempt += 1
            }
        }
    }

    /// Undoes what is open. A connection that cannot even do that is replaced by the pool.
    static func rollBack(_ connection: PGConnection) {
        guard connection.isInTransaction, !connection.isBroken else { return }
        do { try connection.execute("ROLLBACK") } catch { connection.close() }
    }

    /// Takes a transaction down the road and commits it.
    func onRoad<Result: Sendable>(
        _ body: @escaping @Sendable (PostgresRoad) throws -> Result
    ) async throws -> Result {
        let result = try await writing { [self] connection in
            let road = road(connection)
            let result = try body(road)
            try commit(road)
            return result
        }
        announce()
        return result
    }

    func road(_ connection: PGConnection, at moment: Timestamp? = nil) -> PostgresRoad {
        PostgresRoad(connection, catalog: catalog, held: held, now: moment ?? time.now(), draw: draw)
    }

    /// Commits what the road has open, and keeps what it wrote.
    func commit(_ road: PostgresRoad) throws {
        CrashPoint.reach("commit.before")
        if road.connection.isInTransaction { try road.connection.commit() }
        CrashPoint.reach("commit.after")
        held.note(road.written)
        held.forget(road.deleted)
    }

    // MARK: Commands

    /// Writes commands of any callers together.
    func applyTogether(_ commands: [Command]) async throws -> [Outcome] {
        guard !commands.contains(where: { !$0.also.isEmpty }) else {
            return try await applyOneByOne(commands)
        }
        let settled = SettledCommands()
        do {
            do {
                return try await onRoad { try $0.apply(commands, settled) }
            } catch let error as SQLError where error.kind == .constraint {
                // One of them violates a constraint: each gets a savepoint of its own, and its own answer.
                var rest = try await applyOneByOne(
                    commands.indices.filter { settled.outcome($0) == nil }.map { commands[$0] })[...]
                return commands.indices.compactMap { settled.outcome($0) ?? rest.popFirst() }
            }
        } catch  where !settled.isEmpty {
            announce()
            // Not all of them may be told that nothing has happened.
            throw SQLError(
                kind: .unknown,
                message: "a part of what was written together is committed, and the rest broke off: \(error)")
        }
    }

    private func applyOneByOne(_ commands: [Command]) async throws -> [Outcome] {
        try await onRoad { road in
            try road.begin()
            return try commands.map { try road.applyAlone($0) }
        }
    }

    // MARK: Starts

    /// Starts jobs of any callers together. An attempt without an answer is repeated with the same ids until
    /// it is known what became of it.
    func startTogether(_ jobs: [NewJob], importing: Bool) async throws -> [StartOutcome] {
        do {
            return try await startKnowing(jobs, importing)
        } catch let error as SQLError where error.kind == .constraint {
            return try await onRoad { road in
                try road.begin()
                let starts = PostgresStarts(road)
                return try jobs.map { try starts.startAlone($0, importing: importing) }
            }
        }
    }

    private func startKnowing(_ jobs: [NewJob], _ importing: Bool) async throws -> [StartOutcome] {
        let now = time.now()
        let named = jobs.map { job in
            var job = job
            if job.id == nil { job.id = JobID(at: now) }
            return job
        }
        let attempts = StartAttempts()
        let until = ContinuousClock.now + options.acquireTimeout
        var isAgain = false
        while true {
            do {
                return try await insert(named, attempts, importing, isAgain: isAgain)
            } catch let error as SQLError where error.kind == .unknown && ContinuousClock.now < until {
                isAgain = true
            } catch let error as SQLError where isAgain && error.concernsTheTransaction {
                // What became of the attempt before is as unknown as it was.
                throw SQLError(kind: .unknown, message: error.message)
            }
        }
    }

    private func insert(
        _ jobs: [NewJob], _ attempts: StartAttempts, _ importing: Bool, isAgain: Bool
    ) async throws -> [StartOutcome] {
        let rider = notifier.ride()
        let outcomes = try await writing { [self] connection in
            let starts = PostgresStarts(connection, catalog: catalog, now: time.now(), after: attempts)
            // Several statements are one transaction only when one is begun.
            if Set(jobs.lazy.map(\.lifecycle)).count > 1 { try connection.execute("BEGIN") }
            CrashPoint.reach("transaction.before")
            let decided = try starts.decide(jobs, importing: importing)
            let outcomes = try starts.insert(jobs, decided, with: rider)
            CrashPoint.reach("commit.before")
            if connection.isInTransaction { try connection.commit() }
            // What the attempt before has written may not have reached its standby. This commit comes after it, and
            // waits for the standby like any.
            if isAgain { _ = try connection.run(Self.mark) }
            CrashPoint.reach("commit.after")
            return outcomes
        }
        lastClaimFound.set(true)
        if rider == nil { announce() } else { hub.wake() }
        return outcomes
    }

    /// Something to commit that changes nothing.
    private static let mark = PGStatement("SELECT pg_logical_emit_message(true, 'lockstep', '')")

    /// Tells this process at once, and others soon, that something changed.
    func announce() {
        hub.wake()
        notifier.announce()
    }
}
