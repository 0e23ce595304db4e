/// What is wrong with a document, and where.
public struct ADFFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: `doc.content[2].content[0]`, or an attribute such as `doc.content[0].attrs.level`.
    public let path: String
    /// What is wrong there, and what would be right.
    public let problem: String
    /// One sentence.
    public var description: String { "\(path): \(problem)." }

    /// Makes a fault.
    public init(path: String, problem: String) {
        self.path = path
        self.problem = problem
    }
}

/// How large a document may be.
public struct ADFLimits: Hashable, Sendable {
    /// How many nodes may stand in one another.
    public var depth: Int
    /// How many nodes there may be.
    public var nodes: Int
    /// How many bytes its JSON may have when it is read.
    public var bytes: Int
    /// How many characters its JSON may have when it is sent. Jira takes 32,767 in a text of many lines; what it
    /// counts of a document is not published, so the strictest reading is kept: its JSON.
    public var characters: Int

    /// Makes limits.
    public init(depth: Int, nodes: Int, bytes: Int, characters: Int) {
        self.depth = depth
        self.nodes = nodes
        self.bytes = bytes
        self.characters = characters
    }

    /// What a description of a Jira issue may have.
    public static let standard = ADFLimits(depth: 40, nodes: 5_000, bytes: 500_000, characters: 32_767)
}
