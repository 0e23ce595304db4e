import Lockstep
import LockstepSQL

/// A look at a table, for people: a bar for each status, and what should not be.
struct LookText {
    private static let barWidth = 24

    private let watched: any WatchedTable
    private let look: TableLook
    private let terminal: Terminal

    init(_ look: TableLook, of watched: any WatchedTable, on terminal: Terminal) {
        self.watched = watched
        self.look = look
        self.terminal = terminal
    }

    private var definition: Definition { watched.definition }

    /// The picture.
    func lines() -> [String] {
        let place = Terminal.plain("\(watched.table).\(watched.column)")
        let head =
            terminal.paint(place, .bold)
            + terminal.paint(Terminal.plain("  \(watched.database)  \(Span.moment(look.at))"), .dim)
        return [head] + table.lines(terminal) + stuck + moves + notes
    }

    private var table: Table {
        var table = Table("status", "rows", "", "")
        let most = look.counts.map(\.rows).max() ?? 0
        for count in look.counts {
            let isBad = !count.isDeclared && count.rows > 0
            let bar = Bar.text(
                Int(clamping: count.rows), of: Int(clamping: most), width: Self.barWidth)
            table.add(
                .init(count.status ?? "NULL", isBad ? .red : nil),
                Self.number("\(look.isSample && count.rows > 0 ? "> " : "")\(count.rows)"),
                .init(bar, isBad ? .red : style(count.status)), remark(on: count))
        }
        return table
    }

    private static func number(_ text: String) -> Table.Cell {
        var cell = Table.Cell(text)
        cell.isNumber = true
        return cell
    }

    private func style(_ status: String?) -> Terminal.Style {
        switch status.flatMap({ definition.rule(for: $0)?.kind }) {
        case .success: .green
        case .failure: .red
        default: .blue
        }
    }

    private func remark(on count: TableLook.Count) -> Table.Cell {
        if !count.isDeclared { return .init("nobody declared it", .red) }
        guard let stuck = look.stuck.first(where: { $0.status == count.status }) else { return "" }
        return .init("\(stuck.rows)\(stuck.isLeast ? "+" : "") stuck", .yellow)
    }

    private var stuck: [String] {
        look.stuck.map { stuck in
            let rows = stuck.oldestRows.prefix(5).map(\.id).joined(separator: ", ")
            let words =
                "stuck in '\(stuck.status)' for longer than \(stuck.limit): \(stuck.rows)\(stuck.isLeast ? "+" : "") "
                + "row\(stuck.rows == 1 ? "" : "s"), "
                + "the oldest for \(Self.span(stuck.oldest))"
                + (rows.isEmpty ? "" : " (\(rows)\(stuck.rows > 5 ? ", …" : ""))")
            return terminal.paint(Terminal.plain(words), .yellow)
        }
    }

    private static func span(_ seconds: Double) -> String {
        Span.text(Int64(exactly: (min(max(seconds, 0), 1e12) * 1_000_000).rounded()) ?? 0)
    }

    private var moves: [String] {
        look.moves.map { move in
            let seen = move.witness == .history ? "in the history" : "by watching"
            let last = move.last.map { ", the last at \($0)" } ?? ""
            return terminal.paint(
                Terminal.plain(
                    "nobody declared the move \(move.from ?? "(start)") → \(move.to): \(move.times) times \(seen)\(last)"
                ), .red)
        }
    }

    private var notes: [String] {
        look.notes.map { terminal.paint(Terminal.plain("note: \($0)"), .dim) }
    }

    /// All of it in one line without a time: two looks that saw the same have the same.
    var summary: String {
        var words = [
            look.counts.filter { $0.rows > 0 && $0.isDeclared }.map { "\($0.status ?? "NULL") \($0.rows)" }
                .joined(separator: ", ")
        ]
        words += look.undeclared.map { "nobody declared '\($0.status ?? "NULL")' (\($0.rows))" }
        words += look.stuck.map { "\($0.rows)\($0.isLeast ? "+" : "") stuck in '\($0.status)'" }
        words += look.moves.map { "nobody declared \($0.from ?? "(start)") → \($0.to) (\($0.times))" }
        return Terminal.plain(
            "\(watched.table).\(watched.column): " + words.filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
