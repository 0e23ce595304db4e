import Synchronization

/// Figures of one name, told apart by the values of its labels, in Prometheus' text format (version 0.0.4).
///
/// Every family has at most so many rows: what would be one more counts under `other`, so that nobody can fill the
/// memory of a server, or of whoever scrapes it, by making names up.
final class MetricFamily: Sendable {
    /// What the figures are.
    enum Kind: String, Sendable { case counter, gauge, histogram }

    /// The value of a label for everything that has no row of its own.
    static let other = "other"

    let name: String
    let kind: Kind
    private let help: String
    private let labels: [String]
    private let mostRows: Int
    private let bounds: [Double]
    private let rows = Mutex([[String]: Row]())

    private struct Row {
        var value = 0.0
        /// How many observations were at most each bound.
        var counts: [Int] = []
        var observations = 0
    }

    /// - Parameter bounds: of a histogram's buckets, rising; empty for the other kinds.
    init(
        _ name: String, _ kind: Kind, _ help: String, labels: [String] = [], mostRows: Int = 2000,
        bounds: [Double] = []
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.mostRows = mostRows
        self.bounds = bounds
    }

    /// Counts.
    func add(_ amount: Int = 1, _ values: String...) { add(amount, to: values) }

    /// Counts, where the labels' values are in a list.
    func add(_ amount: Int, to values: [String]) { change(values) { $0.value += Double(amount) } }

    /// The figure with these labels.
    func value(of values: [String]) -> Double { rows.withLock { $0[values]?.value ?? 0 } }

    /// Sets a gauge.
    func set(_ value: Double, _ values: String...) { set(value, to: values) }

    /// Sets a gauge, where the labels' values are in a list.
    func set(_ value: Double, to values: [String]) { change(values) { $0.value = value } }

    /// Takes an observation into a histogram.
    func observe(_ value: Double, _ values: String...) {
        change(values) { row in
            if row.counts.isEmpty { row.counts = Array(repeating: 0, count: bounds.count) }
            for index in bounds.indices where value <= bounds[index] { row.counts[index] += 1 }
            row.value += value
            row.observations += 1
        }
    }

    /// Forgets all rows: a gauge shows what is, not what was.
    func clear() { rows.withLock { $0.removeAll() } }

    private func change(_ values: [String], _ body: (inout Row) -> Void) {
        rows.withLock { rows in
            let isNew = rows[values] == nil
            let key = isNew && rows.count >= mostRows ? values.map { _ in Self.other } : values
            body(&rows[key, default: Row()])
        }
    }

    /// Writes the family.
    func write(to text: inout String) {
        let rows = rows.withLock { $0 }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        guard !rows.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
        for (values, row) in rows {
            let pairs = zip(labels, values).map { "\($0)=\"\(Self.escape($1))\"" }
            guard kind == .histogram else {
                text += "\(name)\(Self.braces(pairs)) \(Self.number(row.value))\n"
                continue
            }
            for (bound, count) in zip(bounds, row.counts) {
                text += "\(name)_bucket\(Self.braces(pairs + ["le=\"\(Self.number(bound))\""])) \(count)\n"
            }
            text += "\(name)_bucket\(Self.braces(pairs + ["le=\"+Inf\""])) \(row.observations)\n"
            text += "\(name)_sum\(Self.braces(pairs)) \(Self.number(row.value))\n"
            text += "\(name)_count\(Self.braces(pairs)) \(row.observations)\n"
        }
    }

    private static func braces(_ pairs: [String]) -> String {
        pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
    }

    private static func number(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }

    private static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
