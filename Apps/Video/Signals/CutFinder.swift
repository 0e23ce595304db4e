/// Finds the cuts between scenes in small pictures of every frame.
///
/// The difference of two frames is the mean of the absolute differences of their pixels, in luma and in both chroma
/// planes. A frame begins a scene when it differs from the one before it much more than the frames around it do from
/// theirs: so neither motion, nor noise, nor a slow change of brightness makes a cut, for they have neighbours like
/// themselves. A flash is none either, for the frame behind it is like the one before it.
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

    private var before: [UInt8] = []
    private var latest: [UInt8] = []
    /// For each frame how much it differs from the one before.
    private var scores: [Float] = []

    /// Begins without frames.
    public init() {}

    /// How many frames there were.
    public var frames: Int { latest.isEmpty ? 0 : scores.count + 1 }

    /// Takes the next frame: ``frameSize`` bytes.
    public mutating func add(_ frame: UnsafeRawBufferPointer) {
        defer {
            before = latest
            latest = Array(frame)
        }
        guard !latest.isEmpty else { return }
        guard !before.isEmpty else {
            scores.append(0)
            return
        }
        scores.append(
            before.withUnsafeBytes { before in
                latest.withUnsafeBytes { latest in
                    min(Self.difference(before, latest), Self.difference(before, frame))
                }
            })
    }

    /// The numbers of the frames that begin a scene, the first frame's aside.
    public func cuts() -> [Int] {
        var scores = scores
        if !before.isEmpty {
            scores.append(
                before.withUnsafeBytes { before in
                    latest.withUnsafeBytes { Self.difference(before, $0) }
                })
        }
        var cuts: [Int] = []
        for frame in scores.indices.dropFirst() where isCut(frame, scores) {
            if let last = cuts.last, frame - last < Self.shortest { continue }
            cuts.append(frame)
        }
        return cuts
    }

    private func isCut(_ frame: Int, _ scores: [Float]) -> Bool {
        let score = scores[frame]
        guard score >= Self.least else { return false }
        let near = scores[max(1, frame - Self.shortest + 1)...min(scores.count - 1, frame + Self.shortest - 1)]
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

    private static func difference(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Float {
        let luma = width * height
        return mean(one, other, 0..<luma) + mean(one, other, luma..<luma * 5 / 4)
            + mean(one, other, luma * 5 / 4..<frameSize)
    }

    private static func mean(
        _ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer, _ range: Range<Int>
    ) -> Float {
        var sum = 0
        for index in range { sum += abs(Int(one[index]) - Int(other[index])) }
        return Float(sum) / Float(range.count)
    }
}
