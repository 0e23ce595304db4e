import ExpenseStatements
import Hummingbird
import Lockstep
import LockstepServer

/// A session for people: one page that needs no script.
struct SessionPage {
    /// So many transactions are shown; the files have all.
    static let shown = 200

    let view: ExpenseService.View
    let history: [HistoryEntry]
    let now: Timestamp
    let report: SessionReport?

    /// The answer; while something runs the page asks for itself again.
    /// - Throws: ``MoneyError`` when a sum is beyond 64 bits.
    func response() throws -> Response {
        HTML.page(
            title: "\(view.title) · expenses", css: PageStyle.report + SpendingChart.css + Self.css,
            refreshing: view.job.isLive, body: try html())
    }

    private func html() throws -> String {
        """
        <main>
        <header>
        <p class="kind"><a href="/">All sessions</a> · Expenses</p>
        <h1>\(HTML.escape(view.title))</h1>
        \(view.badge.html)\(flags)
        </header>
        \(lead)
        \(try report.map(findings) ?? "")
        \(files)
        <section><h2>Path</h2>\(JobPath(history, of: view.job, now: now).html)
        <p class="soft"><a href="/dashboard/jobs/\(HTML.escape(view.row.id.text))">The job in the dashboard</a></p>
        </section>
        </main>
        """
    }

    // MARK: Where it is

    private var flags: String {
        var flags: [String] = []
        if view.isStuck { flags.append("stuck") }
        if report?.isIncomplete ?? false { flags.append("incomplete") }
        if !(report?.differences.isEmpty ?? true) { flags.append("sums differ") }
        return flags.map { " <span class=\"badge flag\">\($0)</span>" }.joined()
    }

    private var lead: String {
        if let failure = view.job.failure, !view.job.isLive {
            return "<p class=\"fault\">\(HTML.escape(failure.message))</p>"
        }
        if view.job.isLive { return "<p class=\"lead\">The report will be here when everything is read.</p>" }
        guard report != nil else {
            return "<p class=\"lead\">The files and the report were erased; what happened stays below.</p>"
        }
        let path = "/api/expenses/sessions/\(HTML.escape(view.row.id.text))/report?format="
        return """
            <p class="lead">The report: <a href="\(path)xlsx">workbook</a>, <a href="\(path)csv">CSV</a>,
            <a href="\(path)pdf">PDF</a></p>
            """
    }

    private var files: String {
        let rows = view.files.map { file in
            let counts = [
                file.pages.map { "\($0) page\($0 == 1 ? "" : "s")" },
                file.transactions.map { "\($0) transaction\($0 == 1 ? "" : "s")" },
            ]
            return [
                HTML.escape(file.filename), HTML.escape(Figures.bytes(file.size)), file.phase.rawValue,
                counts.compactMap(\.self).joined(separator: ", "),
            ]
        }
        return section("Files", ["File", "Size", "Phase", "In it"], rows, numbers: [1])
    }

    // MARK: What was found

    private func findings(_ report: SessionReport) throws -> String {
        let facts = [
            Fact("Statements", "\(report.sources.count { !$0.isReceipt })"),
            Fact("Transactions", Figures.whole(report.lines.count)),
            Fact("In several files", "\(report.duplicates)", note: "counted once"),
            Fact(
                "Receipts", "\(report.receipts.count)",
                note: "\(report.receipts.count { $0.line != nil }) have their transaction"),
        ]
        let charts = try SpendingChart.charts(of: report).map { chart in
            """
            <figure>\(chart.svg())<figcaption>Charges in \(chart.currency), without credits.</figcaption></figure>
            """
        }
        return """
            \(Fact.html(facts))
            \(attention(report))
            \(section(
                "Totals by employee", ["Employee", "Transactions", "Charges", "Credits", "Net"],
                report.totals.map { total in
                    [
                        HTML.escape(total.title)
                            + (total.employee == nil ? " <em>not in the directory</em>" : ""),
                        Figures.whole(total.transactions), Self.money(total.charges), Self.money(total.credits),
                        Self.money(total.net),
                    ]
                }, numbers: [1, 2, 3, 4]))
            \(charts.isEmpty ? "" : "<section><h2>By month and merchant</h2>\(charts.joined())</section>")
            \(section(
                "Printed sums", ["File", "Printed as", "Printed", "Read", "Off by"],
                report.checks.map { check in
                    let line = check.line
                    return [
                        HTML.escape(report.filename(of: check.file)),
                        HTML.escape([check.holder, line.printed.label].compactMap(\.self).joined(separator: ": ")),
                        Self.money(line.printed.amount), Self.money(line.computed),
                        line.isReconciled ? "agrees" : "<em>\(Self.money(line.difference))</em>",
                    ]
                }, numbers: [2, 3, 4]))
            \(transactions(report))
            """
    }

    /// What does not add up, and what nobody could be found for.
    private func attention(_ report: SessionReport) -> String {
        var items = report.differences.map { check in
            let line = check.line
            return
                "“\(line.printed.label)” in \(report.filename(of: check.file)) prints \(line.printed.amount), but what "
                + "was read comes to \(line.computed): it is off by \(line.difference)."
        }
        for holder in report.unresolved {
            let name = holder.name.isEmpty ? "A card without a name" : "“\(holder.name)”"
            let nearest = CSVReport.share(holder.match.confidence)
            items.append(
                holder.match.candidates.isEmpty
                    ? "\(name) is nobody in the directory (the nearest name comes to \(nearest)); add an alias."
                    : "\(name) could be any of \(holder.match.candidates.joined(separator: ", ")); add an alias to one."
            )
        }
        for proof in report.receipts where proof.line == nil {
            items.append(
                "The receipt \(report.filename(of: proof.file)) (\(proof.receipt.merchant), \(proof.receipt.date), "
                    + "\(proof.receipt.total)) belongs to no transaction.")
        }
        for line in report.lines where !line.alsoIn.isEmpty {
            items.append(
                "\(line.transaction.merchant), \(line.transaction.date), \(line.transaction.amount) is in "
                    + ([line.file] + line.alsoIn).map { report.filename(of: $0) }.joined(
                        separator: " and in ")
                    + ", and counts once.")
        }
        items += report.sources.flatMap { source in source.notes.map { "\(source.filename): \($0)" } }
        guard !items.isEmpty else { return "" }
        let rest = items.count > 50 ? "<li>… and \(items.count - 50) more.</li>" : ""
        return """
            <section><h2>To look at</h2>
            <ul>\(items.prefix(50).map { "<li>\(HTML.escape($0))</li>" }.joined())\(rest)</ul></section>
            """
    }

    private func transactions(_ report: SessionReport) -> String {
        let more = report.lines.count - Self.shown
        return section(
            "Transactions", ["Date", "Employee", "Merchant", "Amount"],
            report.lines.prefix(Self.shown).map { line in
                [
                    "\(line.transaction.date)", HTML.escape(report.spender(of: line)),
                    HTML.escape(line.transaction.merchant)
                        + (line.receipt == nil ? "" : " <small title=\"there is a receipt\">✓</small>"),
                    Self.money(line.transaction.amount),
                ]
            }, numbers: [3])
            + (more > 0 ? "<p class=\"soft\">… and \(Figures.whole(more)) more in the report.</p>" : "")
    }

    // MARK: Parts

    /// A table; its cells are HTML.
    private func section(
        _ title: String, _ head: [String], _ rows: [[String]], numbers: Set<Int>
    ) -> String {
        guard !rows.isEmpty else { return "" }
        func line(_ cells: [String], _ tag: String) -> String {
            let cells = cells.enumerated().map { index, cell in
                "<\(tag)\(numbers.contains(index) ? " class=\"number\"" : "")>\(cell)</\(tag)>"
            }
            return "<tr>\(cells.joined())</tr>"
        }
        return """
            <section><h2>\(title)</h2><div class="wide"><table><thead>\(line(head, "th"))</thead>
            <tbody>\(rows.map { line($0, "td") }.joined(separator: "\n"))</tbody></table></div></section>
            """
    }

    private static func money(_ money: Money) -> String {
        "\(Figures.grouped(money.decimal)) \(money.currency)"
    }

    private static let css = """
        .badge.flag { background: #976000; } .wide { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .88rem; }
        th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line);
          vertical-align: baseline; overflow-wrap: anywhere; }
        thead th { border-top: 0; color: var(--soft); font-size: .75rem; font-weight: 400; }
        .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        td em { color: var(--red); font-style: normal; } figure + figure { margin-top: .8rem; }

        """
}

extension ExpenseService.View {
    /// What people call it: its first file, and how many there are.
    var title: String {
        let more = files.count - 1
        return (files.first?.filename ?? "no files") + (more > 0 ? " and \(more) more" : "")
    }

    /// Its status, with the progress while something runs.
    var badge: StatusBadge {
        StatusBadge(job.record.status, progress: job.isLive ? job.progress : nil)
    }
}
