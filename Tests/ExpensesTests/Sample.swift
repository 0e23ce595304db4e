import Foundation
import Testing

/// A file of Apps/Expenses/Samples, with its truth.
struct Sample: Sendable {
    let name: String

    init(_ name: String) { self.name = name }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Apps/Expenses/Samples")

    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    func pdf() throws -> Data { try Data(contentsOf: Self.folder.appending(path: "\(name).pdf")) }

    /// What is in a statement.
    func truth() throws -> Truth {
        try JSONDecoder().decode(Truth.self, from: Data(Self.text("\(name).json").utf8))
    }

    struct Truth: Decodable {
        struct Transaction: Decodable {
            let date: String
            let merchant: String
            let amount: String
            let currency: String
            let holder: String?
            let page: Int
        }
        struct Holder: Decodable {
            let name: String
            let employee: String?
        }
        struct Total: Decodable {
            let scope: String
            let holder: String?
            let printed: String
            let `true`: String
        }
        let pages: Int
        let currency: String
        let holders: [Holder]
        let transactions: [Transaction]
        let totals: [Total]
    }
}

/// A row of a CSV report, by the names of its columns.
struct CSVRow: Sendable {
    let cells: [String: String]

    subscript(_ column: String) -> String { cells[column] ?? "" }

    /// What tells a transaction.
    var transaction: String {
        [self["date"], self["merchant"], self["amount"], self["currency"]].joined(separator: "|")
    }

    /// The rows of a text, the first of which names the columns (RFC 4180).
    static func rows(of text: String) -> [CSVRow] {
        var lines: [[String]] = [[]]
        var cell = ""
        var isQuoted = false
        var characters = Array(text.unicodeScalars)[...]
        while let scalar = characters.popFirst() {
            switch scalar {
            case "\"" where isQuoted && characters.first == "\"":
                cell.unicodeScalars.append("\"")
                characters.removeFirst()
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                lines[lines.count - 1].append(cell)
                cell = ""
            case "\r" where !isQuoted: break
            case "\n" where !isQuoted:
                lines[lines.count - 1].append(cell)
                lines.append([])
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        let head = lines.first ?? []
        return lines.dropFirst().filter { !$0.isEmpty }.map {
            CSVRow(cells: Dictionary(zip(head, $0), uniquingKeysWith: { first, _ in first }))
        }
    }
}

extension Sample.Truth {
    /// The transactions as a report has them.
    var lines: [String] {
        transactions.map { [$0.date, $0.merchant, $0.amount, $0.currency].joined(separator: "|") }
    }
}
