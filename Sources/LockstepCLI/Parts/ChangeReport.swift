import Lockstep

/// What became, or would become, of a change of many jobs.
struct ChangeReport {
    /// One job and its fate.
    struct Line {
        let record: JobRecord
        /// The record afterwards; `nil` when the job is gone.
        let result: Result<JobRecord?, Refusal>

        init(_ record: JobRecord, _ outcome: Outcome) {
            self.record = record
            switch outcome {
            case .done(let after): result = .success(after)
            case .deleted: result = .success(nil)
            case .refused(let refusal): result = .failure(refusal)
            }
        }

        /// What the road would decide.
        init(_ record: JobRecord, _ decision: Decision) {
            self.record = record
            switch decision {
            case .write(let after, _), .update(let after): result = .success(after)
            case .delete: result = .success(nil)
            case .refuse(let refusal): result = .failure(refusal)
            }
        }

        var words: String {
            switch result {
            case .success(nil): return "deleted"
            case .success(let after?) where after.status != record.status: return "→ \(after.status)"
            case .success(let after?) where after.hold != nil: return "held: \(after.hold ?? "")"
            case .success: return "stays, free to go on"
            case .failure(let refusal): return "refused (\(refusal.code))"
            }
        }

        var refusal: Refusal? { if case .failure(let refusal) = result { refusal } else { nil } }
    }

    let lines: [Line]
    let isDryRun: Bool

    var refused: [Line] { lines.filter { $0.refusal != nil } }

    /// Writes the report for people: every job by itself when they are few, otherwise how many by status.
    func write(each: Bool, _ terminal: Terminal) {
        if each {
            for line in lines {
                let words = line.refusal.map(\.message) ?? line.words
                Output.line(Terminal.plain("\(line.record.id)  \(line.record.status) \(words)"))
            }
            return
        }
        var table = Table("jobs", "lifecycle", "status", isDryRun ? "would be" : "is now")
        let groups = Dictionary(grouping: lines) { [$0.record.lifecycle, $0.record.status, $0.words] }
        for (names, group) in groups.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            table.add(.init(group.count), .init(names[0]), .init(names[1]), .init(names[2]))
        }
        table.write(terminal)
    }

    /// The report as JSON.
    var document: Document {
        Document(
            dryRun: isDryRun, done: lines.count - refused.count, refused: refused.count,
            jobs: lines.map { line in
                let after: JobRecord?? =
                    if case .success(let record) = line.result { record } else { nil }
                return Document.Item(
                    id: line.record.id, lifecycle: line.record.lifecycle, from: line.record.status,
                    status: (after ?? nil)?.status, refused: line.refusal.map(RefusalDocument.init))
            })
    }

    struct Document: Encodable {
        struct Item: Encodable {
            let id: JobID
            let lifecycle: String
            let from: String
            let status: String?
            let refused: RefusalDocument?
        }
        let dryRun: Bool
        let done: Int
        let refused: Int
        let jobs: [Item]

        enum CodingKeys: String, CodingKey {
            case done, refused, jobs
            case dryRun = "dry_run"
        }
    }
}
