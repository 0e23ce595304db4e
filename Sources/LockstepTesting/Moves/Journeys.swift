import Lockstep

/// Brings jobs into any status of a lifecycle by declared moves alone, on a store and a test's clock.
///
/// Under a retired name jobs were started before the name was retired: for them an older definition is
/// installed first, in which it was not.
public struct Journeys: Sendable {
    /// Whom the jobs belong to.
    public static let owner = "anna"

    /// The store.
    public let store: any Store
    /// The definition that the store uses.
    public let definition: Definition
    private let time: TestTime
    private let input: String
    private let worker = WorkerID("journeys")

    /// Makes journeys.
    /// - Parameter input: what the jobs are started with, as JSON text.
    public init(on store: any Store, time: TestTime, definition: Definition, input: String = "{}") {
        self.store = store
        self.time = time
        self.definition = definition
        self.input = input
    }

    /// Everything that any status needs, as tokens: the jobs here have it all.
    public var needs: Set<String> {
        Set(definition.statuses.flatMap(\.needs).map(\.token))
    }

    /// Jobs that are in a status and that nobody holds.
    /// - Parameter priority: that of the jobs.
    /// - Throws: ``Conformance/Violation`` when no declared way leads there or the store refuses it.
    public func jobs(in status: String, _ count: Int, priority: Int = 0) async throws -> [JobRecord] {
        guard let retired = definition.declaredRule(for: status), retired.kind == .retired else {
            try await install(definition)
            return try await jobs(in: status, count, priority, by: definition)
        }
        let older = try olderDefinition(with: retired)
        try await install(older)
        let records = try await jobs(in: status, count, priority, by: older)
        try await install(definition)
        return records
    }

    private func install(_ wanted: Definition) async throws {
        try await store.install([wanted])
        guard try await store.definitions().contains(wanted) else {
            throw Conformance.Violation(description: "the definition of '\(wanted.name)' was not taken")
        }
    }

    /// The definition before a name was retired: jobs start under it, or are moved to it when it is an end.
    private func olderDefinition(with retired: StatusRule) throws -> Definition {
        guard var former = definition.rule(for: retired.name) else {
            throw Conformance.Violation(description: "'\(retired.name)' is retired as nothing")
        }
        former.name = retired.name
        var statuses = definition.statuses
        for index in statuses.indices {
            if statuses[index].name == retired.name {
                statuses[index] = former
            } else if former.kind.isEnd, [.work, .wait].contains(statuses[index].kind) {
                statuses[index].moves.append(DeclaredMove(to: retired.name))
            }
        }
        let initial = definition.initial + (former.kind.isEnd ? [] : [retired.name])
        return try Definition(name: definition.name, statuses: statuses, initial: initial).audited()
    }

    private func jobs(
        in status: String, _ count: Int, _ priority: Int, by definition: Definition
    ) async throws -> [JobRecord] {
        guard
            let way = Self.way(to: status, in: definition, throughTime: false)
                ?? Self.way(to: status, in: definition, throughTime: true)
        else {
            throw Conformance.Violation(description: "no way leads to '\(status)' of '\(definition.name)'")
        }
        let start = way.first?.edge.from ?? status
        var job = NewJob(lifecycle: definition.name, input: input)
        job.status = start
        job.owner = Self.owner
        job.priority = priority
        job.met = needs
        let started = try await store.start(Array(repeating: job, count: count))
        var records = try started.map { try $0.get().record }
        for leg in way { records = try await go(records, leg, definition) }
        if records.contains(where: { $0.claimedBy != nil }) {
            records = try await apply(.yield, to: records, by: .worker)
        }
        if let stray = records.first(where: { $0.status != status }) {
            throw Conformance.Violation(
                description: "a job on its way to '\(status)' is in '\(stray.status)'")
        }
        return records
    }

    // MARK: The way

    private struct Leg {
        let edge: Edge
        let cause: Edge.Cause
    }

    /// The shortest way from a start, by breadth-first search.
    private static func way(to status: String, in definition: Definition, throughTime: Bool) -> [Leg]? {
        let timely: Set<Edge.Cause> = [.deadline, .retention]
        let passable = Edge.Cause.allCases.filter { throughTime || !timely.contains($0) }
        var ways: [String: [Leg]] = [:]
        for start in definition.initial { ways[start] = [] }
        var open = definition.initial
        while !open.isEmpty {
            let from = open.removeFirst()
            guard let way = ways[from], from != status else { return ways[from] }
            for edge in definition.edges(from: from) where ways[edge.to] == nil {
                guard let cause = passable.first(where: { edge.causes[$0] != nil }) else { continue }
                ways[edge.to] = way + [Leg(edge: edge, cause: cause)]
                open.append(edge.to)
            }
        }
        return nil
    }

    private func go(_ jobs: [JobRecord], _ leg: Leg, _ definition: Definition) async throws -> [JobRecord] {
        let to = leg.edge.to
        let rule = definition.rule(for: leg.edge.from)
        switch leg.cause {
        case .claim: return try await apply(.claim(worker), to: jobs, by: .worker)
        case .finish:
            var held = jobs
            if held.contains(where: { $0.claimedBy == nil }) {
                held = try await apply(.claim(worker), to: held, by: .worker)
            }
            return try await released(try await apply(.move(to: to), to: held, by: .worker))
        case .event:
            let byOperator = leg.edge.causes[.event]?.contains(.operator) ?? false
            let raiser: Actor.Kind = byOperator ? .operator : .event
            return try await released(try await apply(.move(to: to), to: jobs, by: raiser))
        case .failure: return try await apply(.fail(.userFixable("on a journey")), to: jobs, by: .operator)
        case .cancellation: return try await apply(.cancel, to: jobs, by: .operator)
        case .reopening: return try await apply(.reopen, to: jobs, by: .operator)
        case .renaming: return try await apply(.move(to: to), to: jobs, by: .operator)
        case .retention:
            wait(for: rule?.limit)
            return try await apply(.retire, to: jobs, by: .engine)
        case .deadline:
            guard rule?.late != to, let hold = rule?.holds.first(where: { $0.late == to }) else {
                wait(for: rule?.limit)
                return try await apply(.expire, to: jobs, by: .engine)
            }
            let held = try await apply(.hold(hold.name), to: jobs, by: .operator)
            wait(for: hold.limit)
            return try await apply(.expire, to: held, by: .engine)
        }
    }

    /// Lets the time of a limit pass.
    func wait(for limit: TimeLimit?) {
        if let limit, limit != .forever { time.advance(by: limit) }
    }

    /// Jobs that a move has put on hold are released by an operator, who may always do so unless only a
    /// program may.
    private func released(_ jobs: [JobRecord]) async throws -> [JobRecord] {
        guard jobs.contains(where: { $0.hold != nil }) else { return jobs }
        return try await apply(.release, to: jobs, by: .operator)
    }

    private func apply(
        _ change: Command.Change, to jobs: [JobRecord], by kind: Actor.Kind
    ) async throws -> [JobRecord] {
        let commands = jobs.map { job in
            var command = Command(change, job: job.id, of: job.lifecycle, by: Actor(kind, name: worker.text))
            if case .claim = change { return command }
            command.claim = job.claimedBy.map { Claim(worker: $0, fence: job.fence) }
            if kind != .worker { command.claim = nil }
            return command
        }
        return try await store.apply(commands).map { try $0.get() }
    }
}
