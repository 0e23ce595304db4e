import Lockstep

/// What ended in the last hour, minute by minute: good ends upwards, bad ends downwards, so that nobody has to tell
/// them apart by colour; what was started as a line.
struct ActivityChart {
    static let minutes = 60

    /// What happened in one minute.
    struct Minute: Equatable {
        var started = 0
        var good = 0
        var bad = 0
    }

    private(set) var minutes = [Minute](repeating: Minute(), count: ActivityChart.minutes)
    private let start: Timestamp

    /// The beginning of the minute that is an hour before the present one's end.
    static func start(_ now: Timestamp) -> Timestamp {
        let minute: Int64 = 60_000_000
        return Timestamp(microseconds: (now.microseconds / minute - Int64(minutes) + 1) * minute)
    }

    init(now: Timestamp) { start = Self.start(now) }

    /// Adds what happened in a lifecycle.
    mutating func add(_ buckets: [ActivityBucket], of definition: Definition) {
        for bucket in buckets {
            let index = Int((bucket.start.microseconds - start.microseconds) / 60_000_000)
            guard minutes.indices.contains(index) else { continue }
            let kind = definition.rule(for: bucket.to)?.kind
            switch (bucket.kind, kind) {
            case (.started, _): minutes[index].started += bucket.count
            case (.moved, .success): minutes[index].good += bucket.count
            case (.moved, .failure): minutes[index].bad += bucket.count
            default: break
            }
        }
    }

    var started: Int { minutes.reduce(0) { $0 + $1.started } }
    var good: Int { minutes.reduce(0) { $0 + $1.good } }
    var bad: Int { minutes.reduce(0) { $0 + $1.bad } }

    /// The chart, with what it says in words and as a table for those who do not see it.
    var markup: Markup {
        let most = max(1, minutes.map { max($0.good, $0.started) }.max() ?? 1)
        let worst = minutes.map(\.bad).max() ?? 0
        let up = 100.0 * Double(most) / Double(most + worst)
        let scale = up / Double(most)
        let bars = minutes.enumerated().map { index, minute -> Markup in
            var bars = Markup.empty
            if minute.good > 0 {
                bars =
                    bars
                    + bar("good", index, y: up - scale * Double(minute.good), scale * Double(minute.good))
            }
            if minute.bad > 0 { bars = bars + bar("bad", index, y: up, max(1.5, scale * Double(minute.bad))) }
            return bars
        }
        return """
            <div class="chart-box"><div class="chart-scale" aria-hidden="true"><span>\(most)</span><span>\
            \(worst > 0 ? "−\(worst)" : "0")</span></div>
            <svg class="chart" viewBox="0 0 600 102" preserveAspectRatio="none" role="img" aria-label="\(words)">
            <path class="rule" d="M0 .5H600"/>\(bars)
            <path class="begun" d="\(line(up: up, scale: scale))"/>
            <path class="axis" d="M0 \(SVGDrawing.number(up))H600"/></svg>
            <div class="chart-hours" aria-hidden="true"><span>an hour ago</span><span>now</span></div></div>
            <ul class="legend"><li>\(Self.key("good"))<span data-count="good">\(Markup.number(good))</span> ended well, upwards</li>
            <li>\(Self.key("bad"))<span data-count="bad">\(Markup.number(bad))</span> failed, downwards</li>
            <li>\(Self.key("begun"))<span data-count="begun">\(Markup.number(started))</span> started</li></ul>
            """
    }

    private var words: String {
        "In the last hour \(started) jobs were started, \(good) ended well and \(bad) failed."
    }

    private func bar(_ kind: String, _ index: Int, y: Double, _ height: Double) -> Markup {
        Markup(
            trusted:
                "<rect class=\"\(kind)\" x=\"\(index * 10 + 1)\" y=\"\(SVGDrawing.number(y))\" width=\"8\" "
                + "height=\"\(SVGDrawing.number(height))\"/>")
    }

    private func line(up: Double, scale: Double) -> String {
        minutes.enumerated().map { index, minute in
            let y = SVGDrawing.number(up - scale * Double(minute.started))
            return "\(index == 0 ? "M" : "L")\(index * 10) \(y)L\(index * 10 + 10) \(y)"
        }.joined()
    }

    private static func key(_ kind: String) -> Markup {
        kind == "begun"
            ? "<svg class=\"key\" viewBox=\"0 0 14 10\" aria-hidden=\"true\"><path class=\"begun\" d=\"M0 5H14\"/></svg>"
            : """
            <svg class="key" viewBox="0 0 14 10" aria-hidden="true"><rect class="\(kind)" width="14" height="10" rx="2"/></svg>
            """
    }
}
