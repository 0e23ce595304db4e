import LockstepServer

/// Motion, phases and cuts of a video over its length, drawn.
struct VideoTimeline {
    let quick: QuickResult
    let deep: DeepResult?

    private static let width = 1000.0
    private static let height = 100.0

    /// The drawing, which stretches to its place.
    func svg() -> String {
        let phases = (deep?.phases ?? []).map { phase in
            "<rect class=\"phase\" x=\"\(x(phase.start))\" y=\"0\" width=\"\(x(phase.end - phase.start))\" height=\"100\"/>"
        }
        let cuts = quick.cuts.map { cut in
            "<line class=\"cut\" x1=\"\(x(cut.seconds))\" x2=\"\(x(cut.seconds))\" y1=\"0\" y2=\"100\"/>"
        }
        return """
            <svg viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Motion over time">\
            \(phases.joined())\(cuts.joined())\(curve)</svg>
            """
    }

    private var curve: String {
        guard let motion = deep?.motion, let most = motion.values.max(), most > 0 else { return "" }
        // The root makes weak motion visible beside strong.
        let points = motion.values.enumerated().map { index, value in
            let y = Self.height - 4 - (value / most).squareRoot() * (Self.height - 8)
            return "\(x(Double(index) * motion.every)),\(Figures.decimal(y, digits: 1))"
        }
        return "<polyline class=\"curve\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private func x(_ seconds: Double) -> String {
        Figures.decimal(min(1, seconds / max(quick.duration, 0.001)) * Self.width, digits: 1)
    }
}
