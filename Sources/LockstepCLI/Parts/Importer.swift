import Lockstep
import LockstepSQL

/// Makes jobs of the rows of a table, in the statuses they are in.
struct Importer {
    let store: any SQLStore
    let definition: Definition
    let table: ForeignTable
    /// New names for statuses of the table.
    let map: [String: String]
    /// Needs that somebody vouches for.
    let met: Set<String>
    let actor: Actor

    /// What became of the rows of one status.
    struct Line: Encodable {
        let status: String
        let becomes: String
        var imported = 0
        var skipped = 0
        var refused = 0
    }

    /// What became of all rows.
    struct Report {
        var lines: [Line]
        var refusals: [(row: String, refusal: Refusal)] = []
    }

    /// Looks whether every status of the table is one of the lifecycle's, before anything is written.
    func plan() async throws -> Report {
        let found = try await table.statuses()
        for target in map.values.sorted() where !definition.declares(target) {
            throw Refusal.undeclared(target, in: definition)
        }
        let unknown = found.map(\.status).filter { !definition.declares(becomes($0)) }
        guard unknown.isEmpty else {
            throw CommandError(
                "table '\(table.name)' holds \(Sentence.list(unknown)), which lifecycle '\(definition.name)' "
                    + "does not declare; say what they become by --map old=new, with one of "
                    + Sentence.list(definition.names))
        }
        return Report(lines: found.map { Line(status: $0.status, becomes: becomes($0.status)) })
    }

    private func becomes(_ status: String) -> String { map[status] ?? status }

    /// Goes through all rows, 500 a transaction.
    func run(dryRun: Bool) async throws -> Report {
        var report = try await plan()
        var position: ForeignTable.Row?
        while true {
            let rows = try await table.rows(after: position?.position, limit: 500)
            guard let last = rows.last else { return report }
            position = last
            let jobs = rows.map(job)
            let outcomes = dryRun ? try await foresee(jobs) : try await store.importing(jobs)
            for (row, outcome) in zip(rows, outcomes) { count(outcome, row, &report) }
        }
    }

    private func job(_ row: ForeignTable.Row) -> NewJob {
        var job = NewJob(lifecycle: definition.name)
        job.id = RowID.make(lifecycle: definition.name, table: table.name, row: row.id)
        job.status = becomes(row.status)
        job.owner = row.owner
        job.met = met
        job.actor = actor
        job.reason = "imported from \(table.name)"
        job.metadata = Self.metadata(table.name, row.id)
        return job
    }

    /// Where the job came from; with sorted keys, so that it can be compared.
    private static func metadata(_ table: String, _ row: String) -> String {
        do {
            return try JSONValue.object(["imported_from": .string(table), "imported_id": .string(row)])
                .encoded()
        } catch {
            // Two texts always make JSON.
            return "{}"
        }
    }

    /// What an import would do, by the function that decides.
    private func foresee(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        var query = JobQuery(definition.name)
        query.ids = jobs.compactMap(\.id)
        query.limit = jobs.count
        let there = Dictionary(
            try await store.find(query).map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
        let now = store.time.now()
        return jobs.map { job in
            if let id = job.id, let record = there[id] { return .reused(record) }
            do throws(Refusal) {
                return .started(try Road.importing(job, definition: definition, now: now).0)
            } catch {
                return .refused(error)
            }
        }
    }

    private func count(_ outcome: StartOutcome, _ row: ForeignTable.Row, _ report: inout Report) {
        let known = report.lines.firstIndex { $0.status == row.status }
        let index = known ?? report.lines.count
        // A status that came into the table after the plan was made.
        if known == nil { report.lines.append(Line(status: row.status, becomes: becomes(row.status))) }
        switch outcome {
        case .started: report.lines[index].imported += 1
        case .reused(let record):
            if let other = Self.row(of: record), other != row.id {
                refuse(Refusal(.badValue, "its job id \(record.id) is that of row '\(other)' already"))
            } else {
                report.lines[index].skipped += 1
            }
        case .refused(let refusal): refuse(refusal)
        }

        func refuse(_ refusal: Refusal) {
            report.lines[index].refused += 1
            report.refusals.append((row.id, refusal))
        }
    }

    /// The row that a job was made of, as its metadata says.
    private static func row(of record: JobRecord) -> String? {
        do {
            return try JSONValue(parsing: record.metadata)["imported_id"]?.text
        } catch {
            // Somebody wrote over it by hand; then nothing is known, and nothing is said.
            return nil
        }
    }
}
