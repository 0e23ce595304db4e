import Lockstep

/// Reads which tables of others a server watches.
///
/// ```yaml
/// every: 10s
/// tables:
///   - declaration: orders.yaml
///     database_env: SHOP_DATABASE
///     column: orders.status
///     since: status_changed_at
///     history: order_moves
/// ```
public enum GuardedFile {
    /// What a file says.
    public struct Found: Hashable, Sendable {
        /// The time between two looks; `nil` where it is not said.
        public let every: TimeLimit?
        /// The tables.
        public let tables: [Entry]
    }

    /// A table.
    public struct Entry: Hashable, Sendable {
        /// Where the address of the database is.
        public enum Database: Hashable, Sendable {
            /// It stands in the file: a path, or a URL.
            case address(String)
            /// An environment variable of this name holds it, so that no file holds a password.
            case environment(String)
        }

        /// What it is called on pages; `nil` is `table.column`.
        public let name: String?
        /// The database.
        public let database: Database
        /// The file of the lifecycle.
        public let declaration: String
        /// The column, where the lifecycle does not say it.
        public let column: GuardedName?
        /// The column of times that says since when a row is in its status.
        public let since: String?
        /// The table of moves.
        public let history: GuardedHistory?
        /// The file, and the line in which it begins, for faults.
        public let place: String
    }

    /// Reads a YAML text.
    /// - Parameter file: what the text is called in faults.
    /// - Throws: ``FileFault`` for the first fault.
    public static func read(yaml text: String, named file: String) throws(FileFault) -> Found {
        let roots = try DefinitionFile.roots(of: text, named: file)
        guard roots.count == 1, let root = roots.first else {
            throw FileFault(file: file, line: nil, "there must be one document in it: 'tables: [{…}, …]'")
        }
        let object = try YAMLValue(node: root, file: file).object("'tables', a list of tables to watch")
        try object.refuse(
            unknownTo: ["every", "tables"], "in a list of guarded tables", hints: ["guards": "write 'tables'"]
        )
        let list = try object.required("tables", "list them: 'tables: [{declaration: orders.yaml, …}]'")
        var entries: [Entry] = []
        for item in list.items { entries.append(try entry(item)) }
        guard !entries.isEmpty else { throw list.fault("'tables' lists none; name a table to watch") }
        let every = try object["every"]?.limit()
        if let every, every < .seconds(1) || every > .hours(1) {
            throw list.fault("'every' must be from 1s to 1h")
        }
        return Found(every: every, tables: entries)
    }

    private static let keys = [
        "name", "database", "database_env", "declaration", "column", "since", "history",
    ]
    private static let hints = [
        "table": "write 'column: table.column'", "url": "write 'database'",
        "definition": "write 'declaration'",
    ]

    private static func entry(_ value: YAMLValue) throws(FileFault) -> Entry {
        var value = value
        value.owner = "guarded table"
        value.key = ""
        let object = try value.object("what it is: {declaration: orders.yaml, database: …}")
        try object.refuse(unknownTo: keys, "in a guarded table", hints: hints)
        let database: Entry.Database
        switch (object["database"], object["database_env"]) {
        case (let address?, nil): database = .address(try address.text("a path or a URL"))
        case (nil, let variable?):
            database = .environment(try variable.text("the name of an environment variable"))
        case (nil, nil):
            throw value.fault(
                "nothing says where the database is; write 'database: URL', or 'database_env: VARIABLE' where it has a password"
            )
        case (_?, let variable?):
            throw variable.fault("'database' and 'database_env' exclude each other; keep one of them")
        }
        var column: GuardedName?
        if let named = object["column"] {
            let text = try named.text("table.column")
            guard let name = GuardedName(text) else {
                throw named.fault("'column' must be table.column, not '\(text)'")
            }
            column = name
        }
        var history: GuardedHistory?
        if let named = object["history"] { history = try self.history(named) }
        return Entry(
            name: try object["name"]?.text(), database: database,
            declaration: try object.required("declaration", "name the file of the lifecycle").text(),
            column: column,
            since: try object["since"]?.text("a column of times"), history: history,
            place: value.file + (value.line.map { ":\($0)" } ?? ""))
    }

    private static func history(_ value: YAMLValue) throws(FileFault) -> GuardedHistory {
        let text = try value.text(
            "a table, perhaps with its columns: 'order_moves:from=old,to=new,job=order_id,at=at'")
        do {
            return try GuardedHistory(text)
        } catch {
            throw value.fault(error.description)
        }
    }
}
