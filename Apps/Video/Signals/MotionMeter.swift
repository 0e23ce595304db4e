/// Measures how much moves from one small picture to the next, in luma and in colour.
///
/// What a change of brightness explains (a factor and an offset for the whole picture) is taken away first, and then
/// what the camera's noise explains: what the quiet half of the pixels does in the quieter frames of the seconds around.
/// Nothing but these seconds is kept of the differences.
public struct MotionMeter: Sendable {
    /// The width of a picture.
    public static let width = 160
    /// The height of a picture.
    public static let height = 90
    /// The bytes of a picture in planes of 4:2:0 (`yuv420p`).
    public static let frameSize = luma + 2 * chroma

    private static let luma = width * height
    private static let chroma = luma / 4
    /// Differences are kept as a histogram for each frame, in steps of half a level.
    private static let bins = 64
    private static let step: Float = 0.5
    /// The strongest noise that is believed, in levels; both chroma planes are added up.
    private static let mostNoise: [Float] = [3, 6]
    /// So many standard deviations are noise.
    private static let deviations: Float = 3.5

    /// So many frames on either side say what the noise is.
    private let reach: Int
    private var before: [UInt8] = []
    /// The histograms of the frames that are not measured yet, luma's and chroma's each.
    private var waiting: [UInt16] = []
    /// For each plane and frame the median of the differences.
    private var medians: [[Float]] = [[], []]
    private var measured: [Float] = []
    /// How many frames there were.
    public private(set) var frames = 0

    /// - Parameter rate: frames a second.
    public init(rate: Double) { reach = max(1, Int(2 * rate)) }

    /// Takes the next frame: ``frameSize`` bytes.
    public mutating func add(_ frame: UnsafeRawBufferPointer) {
        defer {
            before = Array(frame)
            frames += 1
        }
        guard !before.isEmpty else { return }
        before.withUnsafeBytes { before in
            let y = Self.histogram([0..<Self.luma], before, frame)
            let c = Self.histogram(
                [Self.luma..<Self.luma + Self.chroma, Self.luma + Self.chroma..<Self.frameSize], before, frame
            )
            medians[0].append(Self.median(y))
            medians[1].append(Self.median(c))
            waiting += y + c
        }
        // Enough is known of what came after the oldest.
        while medians[0].count - measured.count > 2 * reach { measure(reach) }
    }

    /// For each frame how much has moved since the one before it: the mean, over all pixels, of what their differences
    /// exceed the noise by, in levels of 255. The first frame's is 0.
    public func motion() -> [Float] {
        var rest = self
        rest.measure(medians[0].count - measured.count)
        return frames == 0 ? [] : [0] + rest.measured
    }

    private mutating func measure(_ count: Int) {
        for frame in measured.count..<measured.count + count {
            let place = (frame - measured.count) * 2 * Self.bins
            // The noise changes slowly: it is looked at again after a fraction of the seconds that it is taken of.
            if noise.isEmpty || frame.isMultiple(of: max(1, reach / 8)) {
                noise = [0, 1].map { strength(of: $0, at: frame) }
            }
            var sum: Float = 0
            for plane in 0..<2 {
                let threshold = Self.deviations * noise[plane] + 1
                var excess: Float = 0
                for bin in 0..<Self.bins {
                    let difference = (Float(bin) + 0.5) * Self.step - threshold
                    if difference > 0 {
                        excess += Float(waiting[place + plane * Self.bins + bin]) * difference
                    }
                }
                sum += excess / Float(plane == 0 ? Self.luma : Self.chroma)
            }
            found.append(sum)
        }
        measured += found
        found.removeAll(keepingCapacity: true)
        waiting.removeFirst(count * 2 * Self.bins)
    }

    private var noise: [Float] = []
    private var found: [Float] = []

    /// The standard deviation of the noise in a plane around a frame, in levels.
    private func strength(of plane: Int, at frame: Int) -> Float {
        let around = medians[plane][max(0, frame - reach)...min(medians[plane].count - 1, frame + reach)]
            .sorted()
        // Of a normal distribution, half of all values lie within 0.6745 standard deviations.
        return min(Self.mostNoise[plane], around[around.count / 4] / 0.6745)
    }

    // MARK: Differences

    /// How often which difference occurs: of the sums over planes, each after its change of brightness.
    private static func histogram(
        _ planes: [Range<Int>], _ before: UnsafeRawBufferPointer, _ after: UnsafeRawBufferPointer
    ) -> [UInt16] {
        var histogram = [UInt16](repeating: 0, count: bins)
        let changes = planes.map { brightness($0, from: before, to: after) }
        for index in 0..<planes[0].count {
            var difference: Float = 0
            for (plane, change) in zip(planes, changes) {
                let position = plane.lowerBound + index
                difference += abs(
                    Float(after[position]) - change.factor * Float(before[position]) - change.offset)
            }
            histogram[min(bins - 1, Int(difference / step))] += 1
        }
        return histogram
    }

    private static func median(_ histogram: [UInt16]) -> Float {
        var left = histogram.reduce(0) { $0 + Int($1) } / 2
        for (bin, count) in histogram.enumerated() {
            if Int(count) >= left, count > 0 { return (Float(bin) + Float(left) / Float(count)) * step }
            left -= Int(count)
        }
        return Float(bins) * step
    }

    /// The factor and the offset that explain most of a plane by the one before (least squares).
    private static func brightness(
        _ plane: Range<Int>, from before: UnsafeRawBufferPointer, to after: UnsafeRawBufferPointer
    ) -> (factor: Float, offset: Float) {
        var (x, y, xx, xy) = (0, 0, 0, 0)
        for index in plane {
            let (a, b) = (Int(before[index]), Int(after[index]))
            x += a
            y += b
            xx += a * a
            xy += a * b
        }
        let count = Double(plane.count)
        let (meanX, meanY) = (Double(x) / count, Double(y) / count)
        let variance = Double(xx) / count - meanX * meanX
        // A picture of one colour has no contrast that could change.
        guard variance > 4 else { return (1, Float(meanY - meanX)) }
        let factor = (Double(xy) / count - meanX * meanY) / variance
        // Beyond that it is another picture, not another light.
        guard (0.8...1.25).contains(factor) else { return (1, 0) }
        return (Float(factor), Float(meanY - factor * meanX))
    }
}
