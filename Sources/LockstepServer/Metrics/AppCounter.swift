/// A counter of an application's own, shown at `/metrics` beside the server's once it was given to
/// ``ServerMetrics/show(_:)``.
public struct AppCounter: Sendable {
    let family: MetricFamily

    /// Makes a counter that is zero.
    /// - Parameters:
    ///   - name: as Prometheus wants it, such as `expense_transitions_total`.
    ///   - help: one sentence.
    ///   - labels: the names of what its rows are told apart by.
    public init(_ name: String, _ help: String, labels: [String]) {
        family = MetricFamily(name, .counter, help, labels: labels)
    }

    /// Counts one.
    /// - Parameter values: of the labels, in their order.
    public func count(_ values: String...) { family.add(1, to: values) }

    /// What was counted under these labels.
    public func value(_ values: String...) -> Int { Int(family.value(of: values)) }
}
