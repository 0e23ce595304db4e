import Foundation

/// The histogram of the scores as an inline SVG that takes its colours from the page.
struct ReportHistogram {
    let histogram: Histogram
    let threshold: Double

    private static let width = 720.0
    private static let height = 220.0
    private static let axis = 24.0
    private static let top = 20.0

    func svg() -> String {
        let tallest = log(1 + Double(histogram.counts.max() ?? 1))
        let step = Self.width / Double(max(1, histogram.counts.count))
        let span = max(histogram.greatest - histogram.least, .leastNonzeroMagnitude)
        let line = (threshold - histogram.least) / span * Self.width
        let room = Self.height - Self.axis - Self.top
        let bars = histogram.counts.enumerated().filter { $1 > 0 }.map { index, count -> String in
            let size = max(1.5, log(1 + Double(count)) / max(tallest, 1) * room)
            let left = Double(index) * step
            let kind = left + step / 2 > line ? "beyond" : "usual"
            return """
                <rect class="\(kind)" x="\(Self.text(left + 0.75))" y="\(Self.text(Self.top + room - size))" \
                width="\(Self.text(step - 1.5))" height="\(Self.text(size))" rx="1.5"/>
                """
        }
        let visible = (0...Self.width).contains(line)
        return """
            <svg class="histogram" viewBox="0 0 720 220" role="img" aria-label="Histogram of the scores of all rows">
            \(bars.joined(separator: "\n"))
            \(visible ? mark(at: line) : "")
            <path class="axis" d="M0 \(Self.text(Self.top + room + 0.5))H720"/>
            <text x="0" y="214">\(Figures.short(histogram.least))</text>
            <text x="720" y="214" text-anchor="end">\(Figures.short(histogram.greatest))</text>
            </svg>
            """
    }

    private func mark(at line: Double) -> String {
        let isRight = line > Self.width * 0.75
        let anchor = isRight ? "end" : "start"
        return """
            <path class="threshold" d="M\(Self.text(line)) 4V\(Self.text(Self.height - Self.axis))"/>
            <text class="threshold" x="\(Self.text(line + (isRight ? -6 : 6)))" y="14" text-anchor="\(anchor)">\
            threshold \(Figures.short(threshold))</text>
            """
    }

    private static func text(_ value: Double) -> String { String(format: "%.2f", value) }
}
