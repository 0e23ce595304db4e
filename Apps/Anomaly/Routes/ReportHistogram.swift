import Foundation
import LockstepServer

/// The histogram of the scores as inline SVG that takes its colours from the page.
///
/// What runs along the page is in per cent and what stands is in pixels, so that the drawing fits every width
/// while its texts keep their size.
struct ReportHistogram {
    let histogram: Histogram
    let threshold: Double

    private static let top = 26.0
    private static let bottom = 194.0
    private static let height = 236.0

    func svg() -> String {
        """
        <div class="plot">
        <svg class="scale" width="46" height="236" aria-hidden="true">
        \(powers.map(label).joined(separator: "\n"))
        <text x="40" y="14" text-anchor="end">rows</text>
        </svg>
        <svg class="histogram" height="236" role="img" aria-label="\(description)">
        \(powers.map(line).joined(separator: "\n"))
        \(bars.joined(separator: "\n"))
        <line class="axis" x1="0" x2="100%" y1="194.5" y2="194.5"/>
        \(ticks.map(tick).joined(separator: "\n"))
        <text x="50%" y="\(Self.text(Self.height - 6))" text-anchor="middle">score</text>
        \(mark)
        </svg>
        </div>
        """
    }

    private var description: String {
        "Histogram of the scores of all rows, from \(Figures.short(histogram.least)) to "
            + "\(Figures.short(histogram.greatest)), with the threshold at \(Figures.short(threshold))"
    }

    // MARK: Counts, upwards

    private var tallest: Double { Double(max(1, histogram.counts.max() ?? 1)) }

    /// Logarithmic, because a handful of rows beside thousands would not be seen. A single row still has some
    /// height: it is drawn at `log 2`.
    private func height(of count: Double) -> Double {
        max(2, log(1 + count) / log(1 + tallest) * (Self.bottom - Self.top))
    }

    private var powers: [Int] {
        let all = sequence(first: 1) { $0 * 10 }.prefix { Double($0) <= tallest }
        // The labels of neighbouring powers must not touch.
        return all.filter { $0 == 1 || all.count < 6 || String($0).count.isMultiple(of: 2) == false }
    }

    private func label(_ count: Int) -> String {
        let text = count >= 1_000_000 ? "\(count / 1_000_000)M" : Figures.whole(count)
        let y = Self.bottom - height(of: Double(count)) + 4
        return "<text x=\"40\" y=\"\(Self.text(y))\" text-anchor=\"end\">\(text)</text>"
    }

    private func line(_ count: Int) -> String {
        let y = Self.text(Self.bottom - height(of: Double(count)))
        return "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"\(y)\" y2=\"\(y)\"/>"
    }

    // MARK: Scores, to the right

    /// Where a score is, in per cent of the width.
    private func place(of score: Double) -> Double {
        (score - histogram.least) / max(histogram.greatest - histogram.least, .leastNonzeroMagnitude) * 100
    }

    private var bars: [String] {
        let step = 100 / Double(max(1, histogram.counts.count))
        let line = place(of: threshold)
        return histogram.counts.enumerated().filter { $1 > 0 }.map { index, count in
            let size = height(of: Double(count))
            let left = Double(index) * step
            let kind = left + step / 2 > line ? "beyond" : "usual"
            return """
                <rect class="\(kind)" x="\(Self.text(left + step * 0.08))%" y="\(Self.text(Self.bottom - size))" \
                width="\(Self.text(step * 0.84))%" height="\(Self.text(size))"/>
                """
        }
    }

    /// Round scores, four to eight of them: steps of 1, 2 or 5 times a power of ten.
    private var ticks: [Double] {
        let span = histogram.greatest - histogram.least
        guard span > 0, span.isFinite else { return [histogram.least] }
        let power = pow(10, (log10(span / 5)).rounded(.down))
        let step = ([1, 2, 5].first { span / ($0 * power) <= 8 } ?? 10) * power
        let first = Int((histogram.least / step).rounded(.up))
        let last = Int((histogram.greatest / step).rounded(.down))
        return (first...max(first, last)).map { Double($0) * step }
    }

    private func tick(_ score: Double) -> String {
        let place = place(of: score)
        let x = Self.text(place)
        // At the edges a text that is centred would leave the drawing.
        let anchor = place < 2 ? "start" : place > 97 ? "end" : "middle"
        return """
            <line class="axis" x1="\(x)%" x2="\(x)%" y1="194" y2="199"/>\
            <text x="\(x)%" y="212" text-anchor="\(anchor)">\(Figures.short(score))</text>
            """
    }

    private var mark: String {
        let place = place(of: threshold)
        guard (0...100).contains(place) else { return "" }
        let isRight = place > 60
        return """
            <line class="threshold" x1="\(Self.text(place))%" x2="\(Self.text(place))%" y1="3" y2="194"/>
            <text class="threshold" x="\(Self.text(place))%" dx="\(isRight ? -6 : 6)" y="14" \
            text-anchor="\(isRight ? "end" : "start")">threshold \(Figures.short(threshold))</text>
            """
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
