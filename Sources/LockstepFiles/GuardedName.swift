/// The column of a table that a lifecycle is declared for, by its names: `orders.status`, or with the schema of the
/// database `sales.orders.status`.
public struct GuardedName: Sendable, Hashable, CustomStringConvertible {
    /// The schema of the database; nil where the table is found without one.
    public let namespace: String?
    /// The table.
    public let table: String
    /// The column.
    public let column: String

    /// Takes names as the database knows them.
    public init(namespace: String? = nil, table: String, column: String) {
        self.namespace = namespace
        self.table = table
        self.column = column
    }

    /// Reads names with dots between; nil for what has none or too many.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 || parts.count == 3, !parts.contains("") else { return nil }
        self.init(
            namespace: parts.count == 3 ? parts[0] : nil, table: parts[parts.count - 2],
            column: parts[parts.count - 1])
    }

    /// As it is written in a file.
    public var description: String { (namespace.map { $0 + "." } ?? "") + "\(table).\(column)" }
}
