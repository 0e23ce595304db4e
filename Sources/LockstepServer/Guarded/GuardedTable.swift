import LockstepSQL

/// A table of somebody else's that a server shows, under a name.
public struct GuardedTable: Sendable {
    /// What it is called on pages: no two tables of a server have the same name.
    public let name: String
    /// The table.
    public let table: any WatchedTable

    /// Names a table.
    /// - Parameter name: what it is called; `nil` is `table.column`.
    public init(_ table: any WatchedTable, named name: String? = nil) {
        self.name = name ?? "\(table.table).\(table.column)"
        self.table = table
    }
}
