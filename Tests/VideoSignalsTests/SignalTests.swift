import Testing
import VideoSignals

@Suite struct FrameCutterTests {
    @Test(arguments: [1, 2, 3, 5, 7, 64]) func frameAfterFrame(_ piece: Int) {
        let bytes = (0..<63).map { UInt8($0) }
        var cutter = FrameCutter(size: 5)
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(bytes.count, start + piece)].withUnsafeBytes {
                cutter.add($0) { frames.append(Array($0)) }
            }
        }
        // The last three bytes are no whole frame.
        #expect(frames.flatMap { $0 } == Array(bytes.prefix(60)) && cutter.count == 12)
    }
}

@Suite struct CutFinderTests {
    /// A picture of one colour in all planes.
    private static func plain(_ level: UInt8) -> [UInt8] {
        Array(repeating: level, count: CutFinder.frameSize)
    }

    private static func cuts(_ frames: [[UInt8]]) -> [Int] {
        var finder = CutFinder()
        for frame in frames { frame.withUnsafeBytes { finder.add($0) } }
        return finder.cuts()
    }

    @Test func aCutIsFoundAtItsFrame() {
        let frames = (0..<40).map { Self.plain($0 < 17 ? 50 : $0 < 30 ? 90 : 60) }
        #expect(Self.cuts(frames) == [17, 30])
        #expect(Self.cuts([]) == [] && Self.cuts([Self.plain(1)]) == [])
        // Also as the very last frame, and as the second.
        #expect(Self.cuts((0..<20).map { Self.plain($0 < 19 ? 50 : 90) }) == [19])
        #expect(Self.cuts((0..<20).map { Self.plain($0 < 1 ? 50 : 90) }) == [1])
    }

    @Test func aFlashIsNoCut() {
        #expect(Self.cuts((0..<40).map { Self.plain($0 == 20 ? 200 : 50) }) == [])
    }

    @Test func aRampIsNoCut() {
        #expect(Self.cuts((0..<50).map { Self.plain(UInt8($0 * 5)) }) == [])
    }
}

@Suite struct PhaseFinderTests {
    private static func curve(_ spans: [ClosedRange<Int>], level: Float = 1, count: Int = 500) -> [Float] {
        (0..<count).map { frame in spans.contains { $0.contains(frame) } ? level : 0 }
    }

    @Test func phasesAreFoundToTheFrame() {
        let found = PhaseFinder(rate: 25).phases(of: Self.curve([50...120, 300...380]), cuts: [])
        #expect(found.map(\.frames) == [49...120, 299...380])
        #expect(found.allSatisfy { $0.strength == 1 })
    }

    @Test func aShortPauseBelongsToItsPhase() {
        let found = PhaseFinder(rate: 25).phases(of: Self.curve([50...100, 112...160]), cuts: [])
        #expect(found.map(\.frames) == [49...160])
    }

    @Test func aCutIsNoPhase() {
        var curve = Self.curve([])
        curve[200] = 40
        #expect(PhaseFinder.bridged(curve, over: [200]).allSatisfy { $0 == 0 })
        #expect(PhaseFinder(rate: 25).phases(of: curve, cuts: [200]) == [])
        // Nor are some frames of trembling.
        #expect(PhaseFinder(rate: 25).phases(of: Self.curve([200...203]), cuts: []) == [])
    }

    @Test func whatMovesAlwaysIsOnePhase() {
        let found = PhaseFinder(rate: 25).phases(of: Self.curve([1...499]), cuts: [])
        #expect(found.map(\.frames) == [0...499])
        #expect(PhaseFinder(rate: 25).phases(of: [], cuts: []) == [])
    }

    @Test func aTremblingCameraIsNoPhase() {
        let curve = (0..<500).map { frame -> Float in (200...300).contains(frame) ? 2 : 0.2 }
        #expect(PhaseFinder(rate: 25).phases(of: curve, cuts: []).map(\.frames) == [199...300])
    }
}

@Suite struct HighlightsTests {
    @Test func theStrongestInTheOrderOfTheVideo() {
        let found = Highlights.segments(
            of: [(10, 14, 1), (30, 34, 5), (50, 54, 3)], duration: 60)
        #expect(found.map(\.start) == [9.75, 29.75, 49.75] && found.map(\.end) == [14.25, 34.25, 54.25])
    }

    @Test func noMoreThanFits() {
        let phases = (0..<40).map {
            (start: Double($0) * 20, end: Double($0) * 20 + 18, strength: Double($0))
        }
        let found = Highlights.segments(of: phases, duration: 800)
        #expect(found.map { $0.end - $0.start }.reduce(0, +) <= Highlights.longest)
        #expect(found.last?.start == 779.75 && found.allSatisfy { $0.end - $0.start <= 15 })
    }

    @Test func whatOverlapsIsJoined() {
        let found = Highlights.segments(of: [(1, 3, 1), (3.2, 5, 2)], duration: 5.1)
        #expect(found == [Highlights.Segment(start: 0.75, end: 5.1)])
    }
}
