import Foundation
import Lockstep

/// A statement or a receipt of the demo, with its truth.
struct ExpenseSample: Sendable {
    /// The file's name.
    let name: String
    /// The file.
    let content: Data
    /// What it lists: day, merchant and amount. Empty for anything but a statement.
    let transactions: [ExpenseRow]
    /// How many of its printed sums are wrong on purpose.
    let wrongTotals: Int

    private struct Truth: Decodable {
        struct Row: Decodable {
            let date: String
            let merchant: String
            let amount: String
        }
        struct Total: Decodable {
            let printed: String
            let isTrue: String
            private enum CodingKeys: String, CodingKey {
                case printed
                case isTrue = "true"
            }
        }
        let transactions: [Row]?
        let totals: [Total]?
    }

    /// Reads files of a folder and the truths beside them.
    static func read(_ stems: [String], in folder: String) async throws -> [ExpenseSample] {
        try await Offload.run { _ in
            try stems.map { stem in
                let truth = try JSONDecoder().decode(
                    Truth.self, from: content(of: "\(stem).json", in: folder))
                return ExpenseSample(
                    name: "\(stem).pdf", content: try content(of: "\(stem).pdf", in: folder),
                    transactions: (truth.transactions ?? []).map {
                        ExpenseRow(date: $0.date, merchant: $0.merchant, amount: $0.amount)
                    },
                    wrongTotals: (truth.totals ?? []).count { $0.printed != $0.isTrue })
            }
        }
    }

    /// The employees whom the directory should know, as JSON.
    static func directory(in folder: String) async throws -> Data {
        try await Offload.run { _ in try content(of: "directory.json", in: folder) }
    }

    private static func content(of name: String, in folder: String) throws -> Data {
        let path = "\(folder)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw DemoError("The sample '\(path)' is not there; start the demo in the repository's folder.")
        }
        return try Data(contentsOf: URL(filePath: path))
    }
}

/// A transaction, as the truth and the report tell it.
struct ExpenseRow: Hashable, Sendable {
    let date: String
    let merchant: String
    let amount: String

    init(date: String, merchant: String, amount: String) {
        (self.date, self.merchant, self.amount) = (date, merchant, amount)
    }

    /// Reads the lines of a report (RFC 4180), by the names of its columns.
    static func all(ofCSV text: String) throws -> [ExpenseRow] {
        var records = records(of: text)
        guard !records.isEmpty else { throw DemoError("The report has no header.") }
        let header = records.removeFirst()
        guard let date = header.firstIndex(of: "date"), let merchant = header.firstIndex(of: "merchant"),
            let amount = header.firstIndex(of: "amount")
        else { throw DemoError("The report must have the columns date, merchant and amount.") }
        return try records.map { record in
            guard record.count == header.count else {
                throw DemoError("A line of the report has \(record.count) fields instead of \(header.count).")
            }
            return ExpenseRow(date: record[date], merchant: record[merchant], amount: record[amount])
        }
    }

    private static func records(of text: String) -> [[String]] {
        var (records, record, field) = ([[String]](), [String](), String.UnicodeScalarView())
        var isQuoted = false
        var before: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"":
                // Two quotes within quotes are one.
                if !isQuoted, before == "\"" { field.append(scalar) }
                isQuoted.toggle()
            case "," where !isQuoted, "\n" where !isQuoted:
                if scalar == "\n", field.last == "\r" { field.removeLast() }
                record.append(String(field))
                field = String.UnicodeScalarView()
                if scalar == "\n" {
                    records.append(record)
                    record = []
                }
            default: field.append(scalar)
            }
            before = scalar
        }
        return records
    }
}
