import CXlsxWriter
import ExpenseStatements
import Foundation
import Lockstep

/// A report as a workbook of Office Open XML. It blocks: never make one on the cooperative pool.
struct XLSXReport {
    let report: SessionReport
    /// Stands in the file as the time of its making, so that the same session gives the same file.
    let created: Timestamp
    /// Where libxlsxwriter keeps a sheet until it is written.
    let scratch: String

    private static let sheets: [(name: String, columns: [(title: String, width: Double)])] = [
        (
            "Employees",
            [
                ("Employee", 28), ("Id", 14), ("Currency", 9), ("Transactions", 12), ("Charges", 14),
                ("Credits", 14), ("Net", 14),
            ]
        ),
        (
            "Transactions",
            [
                ("File", 24), ("Page", 6), ("Date", 11), ("Employee", 24), ("Card holder", 24), ("Card", 7),
                ("Match", 11), ("Confidence", 11), ("Merchant", 36), ("Amount", 14), ("Currency", 9),
                ("Original", 14), ("Original currency", 9), ("Rate", 10), ("Receipt", 24), ("Also in", 24),
            ]
        ),
        (
            "Sums",
            [
                ("File", 24), ("Whose", 24), ("Printed as", 28), ("Currency", 9), ("Printed", 14),
                ("Read", 14),
                ("Difference", 14), ("Agrees", 8),
            ]
        ),
        (
            "Receipts",
            [
                ("File", 24), ("Date", 11), ("Merchant", 36), ("Total", 14), ("Currency", 9),
                ("Transaction of", 11), ("In", 24),
            ]
        ),
        (
            "Files",
            [("File", 28), ("Kind", 11), ("From", 11), ("To", 11), ("Transactions", 12), ("Notes", 60)]
        ),
    ]

    /// The bytes of the workbook.
    /// - Throws: ``Failure`` when the library cannot make it.
    func bytes() throws -> [UInt8] {
        // The library writes files alone.
        let path = "\(scratch)/report-\(UUID().uuidString.lowercased()).xlsx"
        defer { unlink(path) }
        try scratch.withCString { folder in
            var options = lxw_workbook_options()
            options.tmpdir = UnsafeMutablePointer(mutating: folder)
            guard let book = workbook_new_opt(path, &options) else {
                throw Self.failure("no workbook could be begun")
            }
            let filled = Result { try fill(book) }
            // Closing frees the book, whatever became of it.
            let closed = workbook_close(book)
            try filled.get()
            try Self.check(closed)
        }
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    private func fill(_ book: UnsafeMutablePointer<lxw_workbook>) throws {
        var properties = lxw_doc_properties()
        properties.created = time_t(created.microseconds / 1_000_000)
        try Self.check(workbook_set_properties(book, &properties))
        let formats = XLSXFormats(book)
        let rows: [[[Cell]]] = [employees, transactions, sums, receipts, files]
        for (sheet, rows) in zip(Self.sheets, rows) {
            guard let worksheet = workbook_add_worksheet(book, sheet.name) else {
                throw Self.failure("the sheet '\(sheet.name)' could not be made")
            }
            for (index, column) in sheet.columns.enumerated() {
                let place = lxw_col_t(index)
                try Self.check(worksheet_set_column(worksheet, place, place, column.width, nil))
                try Self.check(worksheet_write_string(worksheet, 0, place, column.title, formats.head))
            }
            worksheet_freeze_panes(worksheet, 1, 0)
            for (row, cells) in rows.enumerated() {
                for (column, cell) in cells.enumerated() {
                    try Self.write(cell, to: worksheet, lxw_row_t(row + 1), lxw_col_t(column), formats)
                }
            }
        }
    }

    // MARK: Cells

    enum Cell {
        case text(String)
        case count(Int)
        case share(Double)
        case day(StatementDate)
        case money(Money)
        case empty
    }

    private var employees: [[Cell]] {
        report.totals.map { total in
            [
                .text(total.title), .text(total.employee ?? ""), .text(total.net.currency.code),
                .count(total.transactions), .money(total.charges), .money(total.credits), .money(total.net),
            ]
        }
    }

    private var transactions: [[Cell]] {
        report.lines.map { line in
            let transaction = line.transaction
            let holder = report.holder(of: line)
            return [
                .text(filename(line.file)), .count(transaction.page), .day(transaction.date),
                .text(holder?.employeeName ?? ""), .text(holder?.name ?? ""), .text(holder?.lastDigits ?? ""),
                .text(holder?.match.how.rawValue ?? ""), holder.map { .share($0.match.confidence) } ?? .empty,
                .text(transaction.merchant), .money(transaction.amount),
                .text(transaction.amount.currency.code),
                transaction.original.map { .money($0) } ?? .empty,
                .text(transaction.original?.currency.code ?? ""), .text(transaction.rate ?? ""),
                .text(line.receipt.map(filename) ?? ""),
                .text(line.alsoIn.map(filename).joined(separator: "; ")),
            ]
        }
    }

    private var sums: [[Cell]] {
        report.checks.map { check in
            let line = check.line
            return [
                .text(filename(check.file)), .text(check.holder ?? ""), .text(line.printed.label),
                .text(line.computed.currency.code), .money(line.printed.amount), .money(line.computed),
                .money(line.difference), .text(line.isReconciled ? "yes" : "no"),
            ]
        }
    }

    private var receipts: [[Cell]] {
        report.receipts.map { proof in
            let line = proof.line.map { report.lines[$0] }
            return [
                .text(filename(proof.file)), .day(proof.receipt.date), .text(proof.receipt.merchant),
                .money(proof.receipt.total), .text(proof.receipt.total.currency.code),
                line.map { .day($0.transaction.date) } ?? .empty, .text(line.map { filename($0.file) } ?? ""),
            ]
        }
    }

    private var files: [[Cell]] {
        report.sources.map { source in
            [
                .text(source.filename), .text(source.isReceipt ? "receipt" : "statement"),
                source.period.map { .day($0.lowerBound) } ?? .empty,
                source.period.map { .day($0.upperBound) } ?? .empty, .count(source.transactions),
                .text(source.notes.joined(separator: " ")),
            ]
        }
    }

    private func filename(_ file: Int) -> String { report.filename(of: file) }

    // MARK: Writing

    private static func write(
        _ cell: Cell, to sheet: UnsafeMutablePointer<lxw_worksheet>, _ row: lxw_row_t, _ column: lxw_col_t,
        _ formats: XLSXFormats
    ) throws {
        switch cell {
        case .empty, .text(""): break
        // A string is a string in a workbook, whatever it begins with: nothing reckons with it.
        case .text(let text):
            try check(worksheet_write_string(sheet, row, column, ReportCell.plain(text), nil))
        case .count(let count): try check(worksheet_write_number(sheet, row, column, Double(count), nil))
        case .share(let share): try check(worksheet_write_number(sheet, row, column, share, formats.share))
        case .day(let date):
            let (year, month, day) = date.parts
            var moment = lxw_datetime()
            (moment.year, moment.month, moment.day) = (Int32(year), Int32(month), Int32(day))
            try check(worksheet_write_datetime(sheet, row, column, &moment, formats.day))
        case .money(let money):
            // The file holds decimal text. On the way there a double carries 15 digits without a loss; more stay a text.
            guard money.minor.magnitude < 1_000_000_000_000_000, let number = Double(money.decimal) else {
                return try check(worksheet_write_string(sheet, row, column, money.decimal, nil))
            }
            try check(
                worksheet_write_number(sheet, row, column, number, formats.money(money.currency.digits)))
        }
    }

    private static func check(_ code: lxw_error) throws {
        guard code == LXW_NO_ERROR else {
            throw failure(lxw_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)")
        }
    }

    private static func failure(_ words: String) -> Failure {
        .temporary("the workbook of a report could not be made: \(words)", code: "no_workbook")
    }
}

/// The looks of cells.
private struct XLSXFormats {
    let head: UnsafeMutablePointer<lxw_format>?
    let day: UnsafeMutablePointer<lxw_format>?
    let share: UnsafeMutablePointer<lxw_format>?
    private let amounts: [UnsafeMutablePointer<lxw_format>?]

    init(_ book: UnsafeMutablePointer<lxw_workbook>) {
        func format(_ text: String) -> UnsafeMutablePointer<lxw_format>? {
            let format = workbook_add_format(book)
            format_set_num_format(format, text)
            return format
        }
        head = workbook_add_format(book)
        format_set_bold(head)
        day = format("yyyy-mm-dd")
        share = format("0.00")
        amounts = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"].map(format)
    }

    func money(_ digits: Int) -> UnsafeMutablePointer<lxw_format>? {
        amounts.indices.contains(digits) ? amounts[digits] : nil
    }
}
