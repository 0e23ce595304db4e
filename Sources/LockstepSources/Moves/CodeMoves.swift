/// Moves from some statuses to others that code allows or makes in one place.
struct CodeMoves: Sendable, Hashable {
    /// The column, where it is named; nil in a map of transitions.
    let column: String?
    /// The table, where it is named.
    let table: String?
    /// What the place is called: the name of a map.
    let name: String
    /// From each status, in the order in which they are written.
    let moves: [Move]
    let place: SourcePlace

    struct Move: Sendable, Hashable {
        let from: ValueUse.Value
        /// Empty for a status that is said to be an end.
        let to: [ValueUse.Value]
        let line: Int
    }
}
