/// One step from a layout to its neighbour.
public struct MigrationStep: Sendable, Hashable, Codable {
    /// Which way.
    public enum Direction: String, Sendable, Codable {
        /// To the next layout.
        case up
        /// Back to the one before.
        case down
    }

    /// The migration's number.
    public let number: Int
    /// Its name.
    public let name: String
    /// Which way.
    public let direction: Direction

    /// Makes a step.
    public init(_ direction: Direction, number: Int, name: String) {
        self.number = number
        self.name = name
        self.direction = direction
    }
}

/// A step with what it would carry out.
public struct PlannedMigration: Sendable, Hashable, Codable {
    /// The step.
    public let step: MigrationStep
    /// Its statements, in order.
    public let statements: [String]

    /// Makes a planned step.
    public init(_ step: MigrationStep, statements: [String]) {
        self.step = step
        self.statements = statements
    }
}
