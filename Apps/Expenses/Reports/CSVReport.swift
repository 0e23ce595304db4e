import ExpenseStatements

/// The transactions of a report as comma-separated values (RFC 4180), a line for each.
struct CSVReport {
    let report: SessionReport

    private static let header = [
        "file", "page", "date", "employee_id", "employee", "card_holder", "card", "match", "confidence",
        "merchant",
        "amount", "currency", "original_amount", "original_currency", "rate", "receipt", "also_in",
    ]

    /// The whole text, in UTF-8 when it is sent.
    func text() -> String {
        var text = Self.line(Self.header)
        for line in report.lines { text += Self.line(fields(of: line)) }
        return text
    }

    private func fields(of line: SessionReport.Line) -> [String] {
        let transaction = line.transaction
        let holder = report.holder(of: line)
        // Amounts are numbers: their minus begins no formula. Everything that somebody wrote is a text.
        return [
            ReportCell.neutral(filename(line.file)), "\(transaction.page)", "\(transaction.date)",
            ReportCell.neutral(holder?.match.employee ?? ""), ReportCell.neutral(holder?.employeeName ?? ""),
            ReportCell.neutral(holder?.name ?? ""), holder?.lastDigits ?? "",
            holder?.match.how.rawValue ?? "",
            holder.map { Self.share($0.match.confidence) } ?? "", ReportCell.neutral(transaction.merchant),
            transaction.amount.decimal, transaction.amount.currency.code, transaction.original?.decimal ?? "",
            transaction.original?.currency.code ?? "", ReportCell.neutral(transaction.rate ?? ""),
            ReportCell.neutral(line.receipt.map(filename) ?? ""),
            ReportCell.neutral(line.alsoIn.map(filename).joined(separator: "; ")),
        ]
    }

    private func filename(_ file: Int) -> String { report.filename(of: file) }

    /// A confidence to the hundredth.
    static func share(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        guard field.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else {
            return field
        }
        return "\"\(field.replacing("\"", with: "\"\""))\""
    }
}
