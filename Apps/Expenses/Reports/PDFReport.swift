import ExpenseStatements
import Lockstep

/// A report for printing. It blocks: never make one on the cooperative pool.
struct PDFReport {
    let report: SessionReport
    let session: JobID
    /// Stands in the file as the time of its making, so that the same session gives the same file.
    let created: Timestamp

    /// A column of a table: its title, its share of the width, and whether it holds numbers.
    private typealias Column = (title: String, share: Double, isNumber: Bool)

    /// The bytes of the file.
    /// - Throws: ``Failure`` when the libraries cannot make it.
    func bytes() throws -> [UInt8] {
        let canvas = try PDFCanvas(title: "Expense report", created: created)
        canvas.line("Expense report", size: 18, isBold: true)
        canvas.line("Session \(session), uploaded \(created.description.prefix(10))", grey: 0.4)
        canvas.skip(10)
        table(
            "Totals by employee",
            [
                ("Employee", 0.4, false), ("Transactions", 0.14, true), ("Charges", 0.16, true),
                ("Credits", 0.14, true), ("Net", 0.16, true),
            ],
            report.totals.map { total in
                [
                    total.title + (total.employee == nil ? " (not in the directory)" : ""),
                    "\(total.transactions)", total.charges.decimal, total.credits.decimal,
                    total.net.description,
                ]
            }, on: canvas)
        table(
            "Printed sums",
            [
                ("File", 0.22, false), ("Printed as", 0.3, false), ("Printed", 0.16, true),
                ("Read", 0.16, true),
                ("Off by", 0.16, true),
            ],
            report.checks.map { check in
                [
                    report.filename(of: check.file),
                    [check.holder, check.line.printed.label].compactMap(\.self)
                        .joined(separator: ": "),
                    check.line.printed.amount.decimal, check.line.computed.decimal,
                    check.line.isReconciled ? "agrees" : check.line.difference.description,
                ]
            }, on: canvas)
        table(
            "Receipts",
            [
                ("Date", 0.14, false), ("Merchant", 0.4, false), ("Total", 0.18, true),
                ("Belongs to", 0.28, false),
            ],
            report.receipts.map { proof in
                let line = proof.line.map { report.lines[$0] }
                return [
                    "\(proof.receipt.date)", proof.receipt.merchant, proof.receipt.total.description,
                    line.map { "\($0.transaction.date), \(report.spender(of: $0))" } ?? "no transaction",
                ]
            }, on: canvas)
        table(
            "Transactions",
            [
                ("Date", 0.12, false), ("Employee", 0.24, false), ("Merchant", 0.42, false),
                ("Amount", 0.22, true),
            ],
            report.lines.map { line in
                [
                    "\(line.transaction.date)", report.spender(of: line), line.transaction.merchant,
                    line.transaction.amount.description,
                ]
            }, on: canvas)
        return try canvas.finish()
    }

    private func table(_ title: String, _ columns: [Column], _ rows: [[String]], on canvas: PDFCanvas) {
        guard !rows.isEmpty else { return }
        if !canvas.fits(60) { canvas.newPage() }
        canvas.line(title, size: 12, isBold: true)
        canvas.skip(2)
        row(columns.map(\.title), columns, isHead: true, on: canvas)
        for cells in rows {
            if !canvas.fits(13) {
                canvas.newPage()
                row(columns.map(\.title), columns, isHead: true, on: canvas)
            }
            row(cells, columns, isHead: false, on: canvas)
        }
        canvas.skip(14)
    }

    private func row(_ cells: [String], _ columns: [Column], isHead: Bool, on canvas: PDFCanvas) {
        var x = 0.0
        for (cell, column) in zip(cells, columns) {
            let width = column.share * PDFCanvas.width
            canvas.draw(
                cell, at: x, width: width - 6, size: 8, isBold: isHead, grey: isHead ? 0.3 : 0,
                column.isNumber ? .right : .left)
            x += width
        }
        canvas.skip(11.5)
        if isHead { canvas.rule() }
    }
}
