import ExpenseStatements
import LockstepServer

/// What was spent in each month with which merchants, as inline SVG that takes its colours from the page: a bar for each
/// month, cut up by merchant. Credits are left out: a bar has no place for less than nothing.
///
/// What runs along the page is in per cent and what stands is in pixels, so that the drawing fits every width while its
/// texts keep their size.
struct SpendingChart {
    /// So many merchants have a colour of their own; the rest are together.
    static let named = 5

    /// The sums of one month.
    struct Month: Hashable {
        /// `2026-03`
        var name: String
        /// In the order of ``merchants``, the rest last.
        var amounts: [Money]
    }

    let currency: Currency
    /// Those that were paid most, the most first.
    let merchants: [String]
    let months: [Month]

    private static let top = 20.0
    private static let bottom = 200.0

    /// The charts of a report, one for each currency.
    /// - Throws: ``MoneyError`` when a sum is beyond 64 bits.
    static func charts(of report: SessionReport) throws -> [SpendingChart] {
        let charges = report.lines.map(\.transaction).filter { $0.amount.minor > 0 }
        return try Dictionary(grouping: charges, by: \.amount.currency).sorted { $0.key < $1.key }.map {
            try SpendingChart($0.value, in: $0.key)
        }
    }

    private init(_ charges: [Transaction], in currency: Currency) throws {
        func sum(_ part: [Transaction]) throws -> Money { try Money.sum(part.map(\.amount), of: currency) }
        let byMerchant = try Dictionary(grouping: charges, by: \.merchant).mapValues(sum)
        let most = byMerchant.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.named).map(\.key)
        self.currency = currency
        merchants = most
        months = try Dictionary(grouping: charges) { String("\($0.date)".prefix(7)) }.sorted {
            $0.key < $1.key
        }.map {
            month, charges in
            var amounts = try most.map { name in try sum(charges.filter { $0.merchant == name }) }
            amounts.append(try sum(charges.filter { !most.contains($0.merchant) }))
            return Month(name: month, amounts: amounts)
        }
    }

    // MARK: Drawing

    /// The drawing with its key.
    func svg() -> String {
        let names = merchants + ["all others"]
        let isUsed = names.indices.map { index in months.contains { $0.amounts[index].minor > 0 } }
        let key = names.indices.filter { isUsed[$0] }.map { index in
            "<li><svg width=\"12\" height=\"12\" aria-hidden=\"true\">"
                + "<rect class=\"part\(index)\" width=\"12\" height=\"12\"/></svg> \(HTML.escape(names[index]))</li>"
        }
        return """
            <svg class="spending" height="232" role="img" aria-label="\(HTML.escape(description))">
            \(months.enumerated().map { bar($0, $1) }.joined(separator: "\n"))
            <line class="axis" x1="0" x2="100%" y1="200.5" y2="200.5"/>
            </svg>
            <ul class="key">\(key.joined())</ul>
            """
    }

    private var description: String {
        "Charges in \(currency) by month and merchant: "
            + months.map { "\($0.name) \(total(of: $0).decimal)" }.joined(separator: ", ")
    }

    private func total(of month: Month) -> Money {
        // Each part was added up without an overflow, and so was the whole that they are parts of.
        Money(minor: month.amounts.reduce(0) { $0 &+ $1.minor }, currency: currency)
    }

    private func bar(_ index: Int, _ month: Month) -> String {
        let tallest = Double(max(1, months.map { total(of: $0).minor }.max() ?? 1))
        let step = 100 / Double(max(1, months.count))
        let middle = (Double(index) + 0.5) * step
        let width = min(step * 0.7, 16)
        var y = Self.bottom
        var parts = ""
        for (part, amount) in month.amounts.enumerated() where amount.minor > 0 {
            // A drawing's heights are no money.
            let height = Double(amount.minor) / tallest * (Self.bottom - Self.top)
            y -= height
            parts +=
                "<rect class=\"part\(part)\" x=\"\(Self.text(middle - width / 2))%\" y=\"\(Self.text(y))\" "
                + "width=\"\(Self.text(width))%\" height=\"\(Self.text(height))\"><title>"
                + HTML.escape("\(part < merchants.count ? merchants[part] : "all others"): \(amount)")
                + "</title></rect>"
        }
        return """
            \(parts)<text x="\(Self.text(middle))%" y="\(Self.text(y - 5))" text-anchor="middle">\
            \(HTML.escape(Figures.grouped(total(of: month).decimal)))</text>\
            <text x="\(Self.text(middle))%" y="218" text-anchor="middle">\(month.name)</text>
            """
    }

    private static func text(_ value: Double) -> String { Figures.decimal(value, digits: 2) }

    /// The style sheet of the drawing.
    static let css = """
        .spending { display: block; width: 100%; overflow: visible; } .axis { stroke: var(--soft); }
        .spending text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
        .part0 { fill: #2f6fde; } .part1 { fill: #1f8a54; } .part2 { fill: #c98500; } .part3 { fill: #8a4fc7; }
        .part4 { fill: #c7352f; } .part5 { fill: #8b94a3; }
        .key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .6rem 0 0; padding: 0; list-style: none;
          color: var(--soft); font-size: .82rem; }

        """
}
