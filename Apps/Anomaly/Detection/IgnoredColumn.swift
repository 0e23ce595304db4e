/// A column that the detector does not use, and why.
public struct IgnoredColumn: Sendable, Equatable {
    /// Its place in the table, from 0.
    public let index: Int
    /// Its name.
    public let name: String
    /// Why, as the end of a sentence that starts with the name: "it holds free text".
    public let reason: String
}
