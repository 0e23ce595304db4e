/// Finds the cuts between scenes in small pictures of every frame.
///
/// The difference of two frames is the mean of the absolute differences of their pixels, in luma and in both chroma
/// planes. A frame begins a scene when it differs from the one before it much more than the frames around it do from
/// theirs: so neither motion, nor noise, nor a slow change of brightness makes a cut, for they have neighbours like
/// themselves. A flash is none either, for the frame behind it is like the one before it: a frame that begins a scene, and
/// the one behind it, are unlike the two before.
public struct CutFinder: Sendable {
    /// The width of a picture.
    public static let width = 64
    /// The height of a picture.
    public static let height = 36
    /// The bytes of a picture in planes of 4:2:0 (`yuv420p`).
    public static let frameSize = width * height * 3 / 2

    /// How many frames on either side say what is usual.
    private static let reach = 12
    /// A smaller difference, in levels of 255, is no cut.
    private static let least: Float = 5
    /// How many times as large as usual the difference of a cut is.
    private static let factor: Float = 2.5
    /// A scene has at least so many frames.
    private static let shortest = 3

    /// The last frames, the newest last: three at most.
    private var last: [[UInt8]] = []
    /// For each frame how much it differs from the one before.
    private var scores: [Float] = []

    /// Begins without frames.
    public init() {}

    /// How many frames there were.
    public private(set) var frames = 0

    /// Takes the next frame: ``frameSize`` bytes.
    public mutating func add(_ frame: UnsafeRawBufferPointer) {
        // The frame before is judged now that the one behind it is known.
        if let score = score(before: Array(frame)) { scores.append(score) }
        last.append(Array(frame))
        if last.count > 3 { last.removeFirst() }
        frames += 1
    }

    /// The numbers of the frames that begin a scene, the first frame's aside.
    public func cuts() -> [Int] {
        let scores = scores + (score(before: nil).map { [$0] } ?? [])
        var cuts: [Int] = []
        for frame in scores.indices.dropFirst() where isCut(frame, scores) {
            if let last = cuts.last, frame - last < Self.shortest { continue }
            cuts.append(frame)
        }
        return cuts
    }

    /// How much the newest frame begins something: the least of the differences between it or the one behind it on one
    /// side and the two before it on the other.
    private func score(before next: [UInt8]?) -> Float? {
        guard let newest = last.last else { return nil }
        let earlier = last.dropLast().suffix(2)
        guard let previous = earlier.last else { return 0 }
        var score = Self.difference(previous, newest)
        if let next { score = min(score, Self.difference(previous, next)) }
        if earlier.count > 1, let second = earlier.first {
            score = min(score, Self.difference(second, newest))
        }
        return score
    }

    private func isCut(_ frame: Int, _ scores: [Float]) -> Bool {
        let score = scores[frame]
        guard score >= Self.least else { return false }
        let near = scores[
            max(1, frame - Self.shortest + 1)...min(scores.count - 1, frame + Self.shortest - 1)]
        guard near.allSatisfy({ $0 <= score }) else { return false }
        let left = scores[max(1, frame - Self.reach)..<frame]
        let right = scores[min(scores.count, frame + 1)..<min(scores.count, frame + 1 + Self.reach)]
        let usual = max(Self.median(left), Self.median(right))
        return score >= Self.least + Self.factor * usual
    }

    private static func median(_ values: ArraySlice<Float>) -> Float {
        guard !values.isEmpty else { return 0 }
        return values.sorted()[values.count / 2]
    }

    private static func difference(_ one: [UInt8], _ other: [UInt8]) -> Float {
        let luma = width * height
        return mean(one, other, 0..<luma) + mean(one, other, luma..<luma * 5 / 4)
            + mean(one, other, luma * 5 / 4..<frameSize)
    }

    private static func mean(_ one: [UInt8], _ other: [UInt8], _ range: Range<Int>) -> Float {
        var sum = 0
        for index in range { sum += abs(Int(one[index]) - Int(other[index])) }
        return Float(sum) / Float(range.count)
    }
}
