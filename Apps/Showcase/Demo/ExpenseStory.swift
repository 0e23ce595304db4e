import Foundation

/// The story of card statements: five of them with receipts, of which a sum is wrong and some rows come twice; one with
/// people whom nobody knows; one that a password keeps shut.
struct ExpenseStory: Sendable {
    /// What a session must go through.
    private static let way = ["processing", "extracting", "matching", "completed"]
    /// The last of the statements repeats half of the one before it.
    private static let files = [
        "2-three-a", "2-three-b", "2-three-c", "1-one", "9-again", "8-receipt-1", "8-receipt-2",
        "8-receipt-3",
    ]
    private static let folder = "Apps/Expenses/Samples"
    private static let pause: Duration = .milliseconds(80)
    private static let limit: Duration = .seconds(300)

    let terminal: Terminal
    let client: Client

    /// Plays it and gives back the first session.
    func play(_ report: inout CheckReport) async throws -> String {
        try await client.setEmployees(try await ExpenseSample.directory(in: Self.folder))
        let samples = try await ExpenseSample.read(Self.files, in: Self.folder)
        let statements = samples.count { !$0.transactions.isEmpty }
        terminal.line(
            "\(terminal.paint("Card statements", .bold)), \(statements) PDFs of four banks with "
                + "\(samples.count - statements) receipts, made by scripts/make-statements")
        let session = try await follow(try await client.startExpenses(samples).id)
        try await tell(session, samples, &report)
        try await incomplete(&report)
        try await encrypted(&report)
        return session.id
    }

    /// Waits until a session has ended.
    private func follow(_ id: String) async throws -> Replies.ExpenseSession {
        let deadline = ContinuousClock.now + Self.limit
        var last = ""
        while ContinuousClock.now < deadline {
            let session = try await client.expenseSession(id)
            if terminal.showsProgress {
                terminal.progress(session.progress, "\(session.status)  \(session.detail ?? "")")
            } else if session.status != last {
                terminal.line("  \(session.status), \(session.progress) %")
            }
            last = session.status
            if session.status == "completed" || session.status == "failed" { return session }
            try await Task.sleep(for: Self.pause)
        }
        throw DemoError("The session \(id) did not end within \(Self.limit.components.seconds) seconds.")
    }

    // MARK: The report

    private func tell(
        _ session: Replies.ExpenseSession, _ samples: [ExpenseSample], _ report: inout CheckReport
    ) async throws {
        guard session.status == "completed", let counts = session.counts else {
            throw DemoError("The statements could not be read: \(session.failure?.message ?? session.status)")
        }
        let path = Path(try await client.history(session.id))
        terminal.line("  \(path.description)")
        report.note(
            "statements: path", found: path.statuses.joined(separator: " → "),
            holds: path.statuses == Self.way,
            else: "The path of a session must be \(Self.way.joined(separator: " → ")), not "
                + path.statuses.joined(separator: " → ") + ".")
        try await rows(session, samples, &report)
        let wrong = samples.map(\.wrongTotals).reduce(0, +)
        report.note(
            "statements: sums", found: "\(counts.differences) differs",
            holds: counts.differences == wrong && session.flags.unreconciled && !session.flags.incomplete,
            else:
                "\(wrong) printed sum is wrong and everybody is known; the session says \(counts.differences), "
                + "incomplete: \(session.flags.incomplete).")
        terminal.line(
            "  \(counts.transactions) transactions; \(counts.duplicates) more were in two files and count once; "
                + "\(counts.differences) printed sum is wrong, as it should be")
        try await files(session.id, &report)
    }

    /// Every transaction of the truth is in the report, once.
    private func rows(
        _ session: Replies.ExpenseSession, _ samples: [ExpenseSample], _ report: inout CheckReport
    ) async throws {
        let again = samples.first { $0.name == "9-again.pdf" }?.transactions ?? []
        let truth = samples.filter { $0.name != "9-again.pdf" }.flatMap(\.transactions)
        let reply = try await client.expenseReport(session.id, as: "csv")
        let found = try ExpenseRow.all(ofCSV: String(decoding: reply.body, as: UTF8.self))
        let areEqual = Self.counted(found) == Self.counted(truth)
        report.note(
            "statements: transactions", found: "\(found.count), \(session.counts?.duplicates ?? 0) left out",
            holds: areEqual && session.counts?.duplicates == again.count,
            else:
                "The report must list the \(truth.count) transactions of the truth and leave out \(again.count) of "
                + "two files; it lists \(found.count) and leaves out \(session.counts?.duplicates ?? 0).")
    }

    private static func counted(_ rows: [ExpenseRow]) -> [ExpenseRow: Int] {
        Dictionary(rows.map { ($0, 1) }, uniquingKeysWith: +)
    }

    private func files(_ session: String, _ report: inout CheckReport) async throws {
        var sizes: [String] = []
        for (format, signature) in [("xlsx", "PK"), ("pdf", "%PDF-")] {
            let reply = try await client.expenseReport(session, as: format)
            let isOne = reply.status == 200 && reply.body.starts(with: Data(signature.utf8))
            sizes.append(
                "\(format) \(isOne ? "\(reply.body.count / 1024) KiB" : "missing (\(reply.status))")")
        }
        let found = sizes.joined(separator: ", ")
        report.note(
            "statements: report", found: found, holds: !found.contains("missing"),
            else: "The report must be there as XLSX and PDF; found: \(found).")
    }

    // MARK: Sessions that do not go so well

    private func incomplete(_ report: inout CheckReport) async throws {
        let samples = try await ExpenseSample.read(["4-incomplete"], in: Self.folder)
        let session = try await follow(try await client.startExpenses(samples).id)
        let found = "\(session.status), incomplete: \(session.flags.incomplete)"
        terminal.line("  A card holder whom nobody knows, and one whose name two share: \(found)")
        report.note(
            "unknown card holders", found: found,
            holds: session.status == "completed" && session.flags.incomplete,
            else: "A session with unknown card holders must be 'completed' and incomplete, not \(found).")
    }

    private func encrypted(_ report: inout CheckReport) async throws {
        let samples = try await ExpenseSample.read(["7-encrypted"], in: Self.folder)
        let session = try await follow(try await client.startExpenses(samples).id)
        let reply = try await client.expenseReport(session.id, as: "xlsx")
        terminal.line("  A file with a password: \(session.status), \(session.failure?.message ?? "–")")
        report.note(
            "encrypted statement",
            found: "\(session.status), \(session.failure?.code ?? "–"), report \(reply.status)",
            holds: session.status == "failed" && session.failure?.code == "encrypted_file"
                && reply.status == 409,
            else:
                "An encrypted statement must end in 'failed' with the code 'encrypted_file' and no report (409), not "
                + "in '\(session.status)' with '\(session.failure?.code ?? "–")' and \(reply.status).")
    }
}
