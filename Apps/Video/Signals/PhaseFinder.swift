/// Finds the phases in which something happens in a curve of motion.
///
/// A phase begins when the smoothed motion exceeds one threshold and ends when it falls below a lower one; its edges
/// are then set to the frame by the motion itself. Pauses that are short belong to the phase around them.
public struct PhaseFinder: Sendable {
    /// A span of time in which something happens.
    public struct Phase: Hashable, Sendable {
        /// The frames, in the numbers of the curve: from the last that is still to the last that moves.
        public var frames: ClosedRange<Int>
        /// The mean motion.
        public var strength: Float
    }

    /// The motion, in levels, that counts as one where all else is still.
    private static let least: Float = 0.012
    /// The same as a share of what moves in the busiest tenth of the frames.
    private static let leastShare: Float = 0.02
    /// The seconds whose median makes the smoothed curve: shorter jolts, such as a key frame's, are no motion.
    private static let smoothing = 0.3
    private static let longestPause = 0.8
    private static let shortest = 0.4

    /// Frames a second of the curve.
    private let rate: Double

    /// - Parameter rate: frames a second.
    public init(rate: Double) { self.rate = rate }

    /// The phases of a curve, in order.
    /// - Parameter cuts: the frames that begin a scene; that they differ from the ones before is no motion.
    public func phases(of motion: [Float], cuts: [Int]) -> [Phase] {
        guard motion.count > 2 else { return [] }
        let curve = Self.bridged(motion, over: cuts)
        let smooth = smoothed(curve)
        let (low, high) = Self.thresholds(of: curve)
        var spans: [ClosedRange<Int>] = []
        var frame = 1
        while frame < curve.count {
            guard smooth[frame] >= high else {
                frame += 1
                continue
            }
            var (first, last) = (frame, frame)
            while first > 1, smooth[first - 1] >= low { first -= 1 }
            while last < curve.count - 1, smooth[last + 1] >= low { last += 1 }
            frame = last + 1
            // The smoothed curve begins early and ends late.
            while first < last, curve[first] < low { first += 1 }
            while last > first, curve[last] < low { last -= 1 }
            if let previous = spans.last, Double(first - previous.upperBound) < Self.longestPause * rate {
                spans[spans.count - 1] = previous.lowerBound...max(last, previous.upperBound)
            } else {
                spans.append(first...last)
            }
        }
        return spans.filter { Double($0.count) >= Self.shortest * rate }.map { span in
            Phase(
                frames: span.lowerBound - 1...span.upperBound,
                strength: curve[span].reduce(0, +) / Float(span.count))
        }
    }

    /// What moves all the time, such as a camera in a hand, is no phase: both thresholds lie above it. Where everything
    /// moves alike, all of it is one.
    private static func thresholds(of curve: [Float]) -> (low: Float, high: Float) {
        let sorted = curve.dropFirst().sorted()
        let (quiet, busy) = (sorted[sorted.count / 10], sorted[sorted.count * 9 / 10])
        let base = quiet < 0.4 * busy ? 1.5 * quiet : 0
        let least = max(least, leastShare * busy)
        return (base + least / 2, base + least)
    }

    /// The curve without what is no motion: that frames differ where a scene begins.
    /// - Parameter cuts: the frames that begin a scene.
    public static func bridged(_ motion: [Float], over cuts: [Int]) -> [Float] {
        var curve = motion
        for cut in cuts {
            // A frame on either side, for the numbers of the cuts may be of another grid.
            let (left, right) = (cut - 2, cut + 2)
            guard curve.indices.contains(cut) else { continue }
            let sides = [left, right].filter { curve.indices.contains($0) }.map { curve[$0] }
            let level = sides.min() ?? 0
            for frame in max(0, cut - 1)...min(curve.count - 1, cut + 1) {
                curve[frame] = min(curve[frame], level)
            }
        }
        return curve
    }

    private func smoothed(_ curve: [Float]) -> [Float] {
        let reach = max(1, Int(Self.smoothing * rate / 2))
        return curve.indices.map { frame in
            let range = max(0, frame - reach)...min(curve.count - 1, frame + reach)
            return curve[range].sorted()[range.count / 2]
        }
    }
}
