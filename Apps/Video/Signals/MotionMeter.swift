/// Measures how much moves from one small grey picture to the next.
///
/// What a change of brightness explains (a factor and an offset for the whole picture) is taken away first. What the
/// camera's noise explains is taken away in the end, when its strength is known: it is what the quiet half of the
/// pixels does in the quietest frames.
public struct MotionMeter: Sendable {
    /// The width of a picture.
    public static let width = 160
    /// The height of a picture.
    public static let height = 90
    /// The bytes of a picture (`gray`).
    public static let frameSize = width * height

    /// Differences are kept as a histogram for each frame, in steps of half a level.
    private static let bins = 64
    private static let step: Float = 0.5
    /// The strongest noise that is believed, in levels.
    private static let mostNoise: Float = 3

    private var before: [UInt8] = []
    private var histograms: [UInt16] = []
    /// How many frames there were.
    public private(set) var frames = 0

    /// Begins without frames.
    public init() {}

    /// Takes the next frame: ``frameSize`` bytes.
    public mutating func add(_ frame: UnsafeRawBufferPointer) {
        defer {
            before = Array(frame)
            frames += 1
        }
        guard !before.isEmpty else { return }
        var histogram = [UInt16](repeating: 0, count: Self.bins)
        before.withUnsafeBytes { before in
            let (factor, offset) = Self.brightness(from: before, to: frame)
            for index in 0..<Self.frameSize {
                let expected = factor * Float(before[index]) + offset
                let difference = abs(Float(frame[index]) - expected)
                histogram[min(Self.bins - 1, Int(difference / Self.step))] += 1
            }
        }
        histograms += histogram
    }

    /// For each frame how much has moved since the one before it: the mean, over all pixels, of what their differences
    /// exceed the noise by, in levels of 255. The first frame's is 0.
    public func motion() -> [Float] {
        guard frames > 1 else { return [Float](repeating: 0, count: frames) }
        let threshold = 3 * noise() + 1
        let excess = (0..<Self.bins).map { max(0, (Float($0) + 0.5) * Self.step - threshold) }
        return [0]
            + (0..<frames - 1).map { frame in
                var sum: Float = 0
                for bin in 0..<Self.bins { sum += Float(histograms[frame * Self.bins + bin]) * excess[bin] }
                return sum / Float(Self.frameSize)
            }
    }

    /// The standard deviation of the noise, in levels.
    private func noise() -> Float {
        let medians = (0..<frames - 1).map { frame -> Float in
            var left = Self.frameSize / 2
            for bin in 0..<Self.bins {
                let count = Int(histograms[frame * Self.bins + bin])
                if count >= left { return (Float(bin) + Float(left) / Float(count)) * Self.step }
                left -= count
            }
            return Float(Self.bins) * Self.step
        }.sorted()
        // Of a normal distribution, half of all values lie within 0.6745 standard deviations.
        return min(Self.mostNoise, medians[medians.count / 10] / 0.6745)
    }

    /// The factor and the offset that explain most of a frame by the one before (least squares).
    private static func brightness(
        from before: UnsafeRawBufferPointer, to after: UnsafeRawBufferPointer
    ) -> (factor: Float, offset: Float) {
        var (x, y, xx, xy) = (0, 0, 0, 0)
        for index in 0..<frameSize {
            let (a, b) = (Int(before[index]), Int(after[index]))
            x += a
            y += b
            xx += a * a
            xy += a * b
        }
        let count = Float(frameSize)
        let (meanX, meanY) = (Float(x) / count, Float(y) / count)
        let variance = Float(xx) / count - meanX * meanX
        // A picture of one colour has no contrast that could change.
        guard variance > 4 else { return (1, meanY - meanX) }
        let factor = (Float(xy) / count - meanX * meanY) / variance
        // Beyond that it is another picture, not another light.
        guard (0.8...1.25).contains(factor) else { return (1, 0) }
        return (factor, meanY - factor * meanX)
    }
}
