import AppSupport
import ExpenseStatements
import Foundation
import Lockstep
import LockstepTesting
import Testing

@testable import Expenses

/// What reports say, and what they do not let through.
@Suite struct ReportTests {
    private static let now = Timestamp(microseconds: 1_775_000_000_000_000)
    private static let euro = Currency.euro

    private static func transaction(
        _ merchant: String, _ amount: String, holder: Int? = 0, day: Int = 4
    ) throws -> Transaction {
        Transaction(
            date: try #require(StatementDate(year: 2026, month: 3, day: day)), merchant: merchant,
            amount: try #require(Money(decimal: amount, currency: euro)), holder: holder, page: 1, row: 1)
    }

    private static func statement(_ transactions: [Transaction], total: String? = nil) throws -> Statement {
        Statement(
            currency: euro, holders: [CardHolder(name: "=ANNA MÜLLER", lastDigits: "0042")],
            transactions: transactions,
            printedTotals: try total.map {
                [
                    PrintedTotal(
                        scope: .statement, amount: try #require(Money(decimal: $0, currency: euro)),
                        label: "Total")
                ]
            } ?? [], pages: 1)
    }

    private static func report(_ documents: Document..., employees: [Employee] = []) throws -> SessionReport {
        try SessionMatching.report(
            on: documents.enumerated().map {
                SessionMatching.Read(file: $0 + 1, filename: "-file\($0 + 1).pdf", document: $1)
            }, employees: employees)
    }

    // MARK: Formulas

    private static let hostile = [
        "=HYPERLINK(\"http://x\",\"y\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "plain, \"quoted\"",
        "Café – 日本",
    ]

    @Test func noCellOfACSVIsAFormula() throws {
        let report = try Self.report(
            .statement(try Self.statement(try Self.hostile.map { try Self.transaction($0, "-1.00") })))
        let rows = CSVRow.rows(of: CSVReport(report: report).text())
        #expect(rows.count == Self.hostile.count)
        for (row, merchant) in zip(rows, Self.hostile) {
            #expect(row["merchant"].trimmingPrefix("'") == merchant)
            for (column, cell) in row.cells where !["amount", "original_amount"].contains(column) {
                #expect(
                    !"=+-@\t\r\n".unicodeScalars.contains(cell.unicodeScalars.first ?? "a"),
                    "\(column): \(cell)")
            }
            // Amounts are numbers, and stay that.
            #expect(row["amount"] == "-1.00")
        }
    }

    @Test func noCellOfAWorkbookIsAFormula() async throws {
        let report = try Self.report(
            .statement(try Self.statement(try Self.hostile.map { try Self.transaction($0, "-1.00") })))
        let parts = try await Self.parts(of: Self.workbook(report))
        #expect(parts.contains("xl/worksheets/sheet1.xml") && parts.contains("HYPERLINK"))
        #expect(!parts.contains("<f>") && !parts.contains("<f "))
        // The names of files and people are strings of the shared table too.
        #expect(parts.contains("<t>=ANNA MÜLLER</t>") && parts.contains("<t>-file1.pdf</t>"))
    }

    private static func workbook(_ report: SessionReport) throws -> [UInt8] {
        try XLSXReport(report: report, created: now, scratch: NSTemporaryDirectory()).bytes()
    }

    /// What is in a workbook, by another reader than the writer's.
    private static func parts(of workbook: [UInt8]) async throws -> String {
        let files = try Scratch()
        let path = files.path("report.xlsx")
        try Data(workbook).write(to: URL(filePath: path))
        let script =
            "import sys, zipfile\nbook = zipfile.ZipFile(sys.argv[1])\nassert book.testzip() is None\n"
            + "for name in book.namelist(): print(name, book.read(name).decode())"
        let text = try await Offload.run { _ in
            let process = Process()
            let output = Pipe()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["python3", "-c", script, path]
            process.standardOutput = output
            try process.run()
            let data = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            return String(decoding: data, as: UTF8.self)
        }
        withExtendedLifetime(files) {}
        return text
    }

    // MARK: The same again

    @Test func theSameSessionGivesTheSameFiles() async throws {
        let report = try Self.report(
            .statement(
                try Self.statement([
                    try Self.transaction("Café", "12.50"), try Self.transaction("日本", "-3.00"),
                ])))
        #expect(try Self.workbook(report) == Self.workbook(report))
        let pdf = { @Sendable in
            try PDFReport(report: report, session: JobID(stored: "s"), created: Self.now).bytes()
        }
        let first = try pdf()
        // On other threads, which have fonts of their own, too.
        for _ in 0..<3 { #expect(try await Offload.run { _ in try pdf() } == first) }
        #expect(first.starts(with: Array("%PDF-".utf8)))
    }

    @Test func amountsAreExactInAWorkbook() async throws {
        let amounts = ["0.01", "9.95", "-1234567890.12", "0.10", "9999999999999.99"]
        let report = try Self.report(
            .statement(try Self.statement(try amounts.map { try Self.transaction("M", $0) })))
        let parts = try await Self.parts(of: Self.workbook(report))
        for amount in amounts {
            let number = try #require(Double(amount))
            let isThere = parts.matches(of: /<v>([-0-9.E]+)<\/v>/).contains { Double($0.output.1) == number }
            #expect(isThere, "\(amount)")
        }
    }

    // MARK: Across files

    @Test func whatTwoFilesListCountsOnce() throws {
        let twice = [try Self.transaction("CAFE", "4.00"), try Self.transaction("CAFE", "4.00")]
        let report = try Self.report(
            .statement(try Self.statement(twice)),
            .statement(try Self.statement(twice + [try Self.transaction("BAR", "9.00")])))
        // Two coffees on one day are two; the second file has both again.
        #expect(report.lines.count == 3 && report.duplicates == 2)
        #expect(report.lines.map(\.alsoIn) == [[2], [2], []])
        #expect(report.totals.map(\.net.decimal) == ["17.00"])
    }

    @Test func receiptsFindTheirTransactions() throws {
        let day = try #require(StatementDate(year: 2026, month: 3, day: 3))
        let receipt = Receipt(
            date: day, merchant: "Hotel Adler",
            total: try #require(Money(decimal: "80.00", currency: Self.euro)))
        let report = try Self.report(
            .statement(
                try Self.statement([
                    try Self.transaction("BAR", "80.00"), try Self.transaction("HOTEL ADLER BERLIN", "80.00"),
                ])), .receipt(receipt), .receipt(receipt))
        #expect(report.lines.map(\.receipt) == [nil, 2])
        #expect(report.receipts.map(\.line) == [1, nil])
    }

    @Test func whatDoesNotAddUpIsSaidByHowMuch() throws {
        let report = try Self.report(
            .statement(try Self.statement([try Self.transaction("A", "10.00")], total: "12.34")))
        #expect(report.differences.map(\.line.difference.decimal) == ["2.34"])
        #expect(report.isIncomplete && report.totals.first?.employee == nil)
    }

    @Test func aSumBeyondSixtyFourBitsIsNoCrash() throws {
        let most = Money(minor: .max, currency: Self.euro)
        var transaction = try Self.transaction("A", "1.00")
        transaction.amount = most
        let statement = try Self.statement([transaction, transaction])
        #expect(throws: MoneyError.self) { try Self.report(.statement(statement)) }
    }
}
