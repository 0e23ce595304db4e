import Lockstep

extension Duration {
    /// The duration in seconds, to the millisecond.
    public var seconds: Double { Figures.rounded(Double(inMicroseconds) / 1_000_000) }
}
