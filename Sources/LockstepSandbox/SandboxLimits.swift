/// What a program may use at most while it works on a file that nobody vouches for.
public struct SandboxLimits: Hashable, Sendable {
    /// How long it may take, in the world's time.
    public var time: Duration
    /// How many seconds of processors it may use.
    public var processorSeconds: Int
    /// How many bytes of addresses it may have.
    public var memory: Int64
    /// How many bytes it may write into one file, and to its standard output.
    public var output: Int64

    /// Makes the limits.
    public init(time: Duration, processorSeconds: Int, memory: Int64, output: Int64) {
        self.time = time
        self.processorSeconds = processorSeconds
        self.memory = memory
        self.output = output
    }
}
