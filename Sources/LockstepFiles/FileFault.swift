import Lockstep

/// What is wrong with a definition file, and where, in one sentence.
public struct FileFault: FailureConvertible, Hashable, Sendable, CustomStringConvertible {
    /// The file, as it was named.
    public let file: String
    /// The line, counted from 1, where it is known.
    public let line: Int?
    /// One sentence: what was wrong and what would be right.
    public let sentence: String

    /// Makes a fault.
    public init(file: String, line: Int?, _ sentence: String) {
        self.file = file
        self.line = line
        self.sentence = sentence
    }

    /// The sentence with its place in front, as compilers write it: `video.yaml:7: …`.
    public var description: String { file + (line.map { ":\($0)" } ?? "") + ": " + sentence }

    /// It takes whoever writes the files.
    public var failure: Failure { .adminRequired(description, code: "bad_definition_file") }
}
