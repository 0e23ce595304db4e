/// What a program has used.
public struct SandboxUse: Hashable, Sendable {
    /// The time it took, in the world's time.
    public var time: Duration
    /// The seconds of processors that it and its children used.
    public var processorSeconds: Double
    /// The most memory that it had at once, in bytes.
    public var memory: Int64
    /// The bytes that it wrote to its standard output.
    public var output: Int64
    /// The last of what it wrote to its standard error: a program may end well and have complained.
    public var complaints: String
}
