/// Chooses what a highlight reel shows.
public enum Highlights {
    /// A part of the video, in seconds.
    public struct Segment: Hashable, Sendable {
        /// Where it begins.
        public var start: Double
        /// Where it ends.
        public var end: Double

        /// Makes a segment.
        public init(start: Double, end: Double) {
            self.start = start
            self.end = end
        }
    }

    /// The longest reel, in seconds.
    public static let longest = 90.0
    /// The longest part of one phase.
    private static let longestPart = 15.0
    /// At most so many parts.
    private static let mostParts = 12
    /// So much is shown before and after a phase.
    private static let margin = 0.25

    /// The strongest phases, as many as fit, in the order of the video; no two overlap.
    /// - Parameters:
    ///   - phases: each with its span in seconds and its strength.
    ///   - duration: the video's, in seconds.
    public static func segments(
        of phases: [(start: Double, end: Double, strength: Double)], duration: Double
    ) -> [Segment] {
        var left = longest
        var chosen: [Segment] = []
        for phase in phases.sorted(by: { $0.strength > $1.strength }).prefix(mostParts) {
            let start = max(0, phase.start - margin)
            let end = min(duration, phase.end + margin, start + longestPart, start + left)
            guard end - start >= 0.5 else { continue }
            chosen.append(Segment(start: start, end: end))
            left -= end - start
        }
        chosen.sort { $0.start < $1.start }
        return chosen.reduce(into: []) { merged, next in
            if let last = merged.last, next.start <= last.end {
                merged[merged.count - 1].end = max(last.end, next.end)
            } else {
                merged.append(next)
            }
        }
    }
}
