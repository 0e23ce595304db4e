import ArgumentParser
import Foundation
import LockstepChecking
import LockstepSQL
import LockstepSources

/// `lockstep check`
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Find where code, schema and declaration disagree about a status.",
        discussion: """
            Reads the sources of any application (Python, TypeScript, JavaScript, Go, Ruby, Java, Kotlin, Swift, \
            Rust, SQL) and the schema of its database, and says what the first write of a status will get that the \
            database does not know. Nothing is run and nothing is written.

                lockstep check                                a repository: migrations are found by their kind
                lockstep check --schema db/schema.sql src     a schema file or a folder of migrations
                lockstep check --declaration orders.yaml .    what was declared, against both

                lockstep check --database postgres://… src    what runs, against code and migrations

            With --database the running one decides: every column that holds statuses is found, what it accepts \
            is asked of the database itself, its rows and triggers are looked at, and migrations that end \
            otherwise are said. It is only read.

            Without --declaration the code's own enums and literals are held against the schema. With one, all \
            three are compared; `lockstep adopt` writes it from what is there.

            A comment with lockstep:ignore silences its line and the next one. A baseline silences what is known: \
            --write-baseline once, --baseline from then on.

            The exit code is 0 when nothing fails, 1 when there are findings that do (errors of high confidence, \
            unless --confidence or --severity say otherwise), and 2 when something could not be read or the \
            command was wrongly used.
            """)

    @Argument(
        help: ArgumentHelp(
            "Folders and files of the application; the current folder without any.", valueName: "sources"),
        completion: .file())
    var sources: [String] = []

    @OptionGroup var input: CheckInput

    @Option(
        help: ArgumentHelp(
            "A running database that code, migrations and declarations are held against: a file, or a URL as "
                + "postgres://…. It is only read.", valueName: "path|url"),
        completion: .file())
    var database: String?

    @Option(
        name: .customLong("schema-name"),
        help: ArgumentHelp(
            "A schema of a PostgreSQL database to look at; all without it. May be said several times.",
            valueName: "name"))
    var schemaNames: [String] = []

    @Option(
        name: .customLong("table"),
        help: ArgumentHelp(
            "A table to report on; all without it. May be said several times.", valueName: "name"))
    var tables: [String] = []

    @Flag(help: "Write JSON: the same as --format json.")
    var json = false

    @Option(help: "text, json, sarif (for code scanning), or github (annotations of a workflow).")
    var format: Format?

    @Option(
        help: ArgumentHelp("A file of findings that are known and fail nothing.", valueName: "file"),
        completion: .file())
    var baseline: String?

    @Option(
        help: ArgumentHelp(
            "Write everything that is found into this file, and fail nothing.", valueName: "file"),
        completion: .file())
    var writeBaseline: String?

    @Option(help: "How sure a finding must be to fail: high, medium or low.")
    var confidence: Confidence = .high

    @Option(help: "How bad a finding must be to fail: error, warning or note.")
    var severity: Severity = .error

    @Option(help: "How sure a finding must be to be shown: high, medium or low.")
    var show: Confidence = .medium

    /// What the report is written in.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif, github
    }

    /// `SourceFinding.Confidence`, as a word of the command line.
    enum Confidence: String, ExpressibleByArgument, CaseIterable {
        case high, medium, low

        var value: SourceFinding.Confidence {
            switch self {
            case .high: .high
            case .medium: .medium
            case .low: .low
            }
        }
    }

    /// `SourceFinding.Severity`, as a word of the command line.
    enum Severity: String, ExpressibleByArgument, CaseIterable {
        case error, warning, note

        var value: SourceFinding.Severity {
            switch self {
            case .error: .error
            case .warning: .warning
            case .note: .note
            }
        }
    }

    func validate() throws {
        if database == nil, !schemaNames.isEmpty {
            throw ValidationError("--schema-name is about a running database; name it with --database")
        }
        if json, let format, format != .json {
            throw ValidationError(
                "--json and --format \(format.rawValue) exclude each other; keep one of them")
        }
    }

    func run() async throws {
        do {
            let known = try baseline.map(Self.baseline)
            let (check, all, notes) = try await found()
            let findings = all.filter { isMeant($0.table) }
            if let writeBaseline {
                let all = findings.filter { $0.confidence >= show.value }
                try FileText.write(try Baseline(of: all).text(), to: writeBaseline)
                Output.complain(
                    "\(all.count) findings are written into '\(writeBaseline)' and known from now on")
                return
            }
            var bounds = CheckReport.Bounds()
            bounds.confidence = confidence.value
            bounds.severity = severity.value
            bounds.shown = show.value
            let report = CheckReport(
                findings, notes: check.notes + notes, files: check.files, columns: check.columns,
                baseline: known, bounds: bounds)
            try write(report)
            if let gone = known?.gone(from: findings), gone > 0 {
                Output.complain(
                    "\(gone) findings of the baseline are gone; write it again with --write-baseline")
            }
            if !report.failing.isEmpty { throw ExitCode(1) }
        } catch let code as ExitCode {
            throw code
        } catch {
            Output.complain(Sentence.of(error))
            throw ExitCode(2)
        }
    }

    private func found() async throws -> (check: SourceCheck, findings: [SourceFinding], notes: [String]) {
        guard let database else {
            let check = try input.check(try input.schema.files(sources))
            return (check, check.findings, [])
        }
        // What is declared is read first: a file that is not there need not wait for a database.
        let declared = try GuardedColumns.read(input.declarations, columns: input.columns)
        let files = input.schema.reading(sources)
        return try await CheckedDatabase.with(DatabaseAddress(database), schemas: schemaNames) { live in
            let check = try input.check(try await files.value, live: live.live)
            let found = try await live.findings(check, declared: declared, isMeant: isMeant)
            return (check, found.findings, found.notes)
        }
    }

    /// Whether a table is to be reported on. Case does not count, and a schema only where both name one.
    private func isMeant(_ table: String) -> Bool {
        guard !tables.isEmpty else { return true }
        let name = table.lowercased()
        return tables.contains { wanted in
            let wanted = wanted.lowercased()
            return name == wanted || name.hasSuffix("." + wanted) || wanted.hasSuffix("." + name)
        }
    }

    private func write(_ report: CheckReport) throws {
        switch json ? .json : format ?? .text {
        case .json: Output.text(try CheckDocument(report).text())
        case .sarif: Output.text(try SARIF(report).text())
        case .github: Output.text(GitHubAnnotations.text(report))
        case .text:
            let terminal = Terminal()
            let text = CheckText(report) { word, style in terminal.paint(word, style.colour) }
            for line in text.lines() { Output.line(line) }
        }
    }

    private static func baseline(_ file: String) throws -> Baseline {
        try Baseline(reading: try FileText.read(file, "baseline"), named: file)
    }
}

extension CheckText.Style {
    fileprivate var colour: Terminal.Style {
        switch self {
        case .failing: .red
        case .warning: .yellow
        case .good: .green
        case .strong: .bold
        case .faint: .dim
        }
    }
}
