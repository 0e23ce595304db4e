/// A line of a file.
public struct SourcePlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The file, as it was named when it was given.
    public let file: String
    /// The line, counted from 1; 0 for what is no line of a file.
    public let line: Int

    /// Makes a place.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }

    /// As compilers write it: `schema.sql:7`.
    public var description: String { isObject ? file : "\(file):\(line)" }

    /// The same line of the file by another name.
    func renamed(_ name: (String) -> String) -> SourcePlace { SourcePlace(file: name(file), line: line) }

    /// By file, then by line.
    public static func < (left: SourcePlace, right: SourcePlace) -> Bool {
        (left.file, left.line) < (right.file, right.line)
    }
}
