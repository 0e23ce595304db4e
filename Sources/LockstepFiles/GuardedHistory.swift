/// A table in which an application keeps its moves, as people write it: `order_moves`, or with its columns
/// `sales.order_moves:from=old_status,to=new_status,job=order_id,at=created_at`.
public struct GuardedHistory: Hashable, Sendable {
    /// What is wrong with such a text, in one sentence.
    public struct Fault: Error, CustomStringConvertible, Hashable, Sendable {
        /// The sentence.
        public let description: String
    }

    /// The schema of the database; nil where the table is found without one.
    public let namespace: String?
    /// The table.
    public let table: String
    /// The columns by what they are: `from`, `to`, `job`, `at`; empty where they are to be found by their names.
    public let columns: [String: String]

    private static let keys = ["from", "to", "job", "at"]

    /// Reads the written form.
    /// - Throws: ``Fault`` for the first fault.
    public init(_ text: String) throws(Fault) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let names = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(names.count), !names.contains("") else {
            throw Fault(description: "'\(text)' names no history; write a table, such as order_moves")
        }
        var columns: [String: String] = [:]
        for item in parts.dropFirst().flatMap({ $0.split(separator: ",") }) {
            let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2, Self.keys.contains(pair[0]) else {
                throw Fault(
                    description:
                        "'\(item)' says nothing about the history '\(parts[0])'; known are from=, to=, job= and at="
                )
            }
            columns[pair[0]] = pair[1]
        }
        guard columns.isEmpty || columns["to"] != nil else {
            throw Fault(
                description:
                    "the history '\(parts[0])' has no 'to='; name the column of the status that was entered")
        }
        namespace = names.count == 2 ? names[0] : nil
        table = names[names.count - 1]
        self.columns = columns
    }
}
