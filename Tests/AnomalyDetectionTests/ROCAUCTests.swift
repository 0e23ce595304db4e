import AnomalyDetection
import Testing

@Suite struct ROCAUCTests {
    @Test func measuresOrder() {
        #expect(rocAUC(scores: [1, 2, 3, 4], labels: [false, false, true, true]) == 1)
        #expect(rocAUC(scores: [4, 3, 2, 1], labels: [false, false, true, true]) == 0)
        #expect(rocAUC(scores: [0.1, 0.4, 0.35, 0.8], labels: [false, false, true, true]) == 0.75)
    }

    @Test func countsATieAsHalf() {
        #expect(rocAUC(scores: [1, 1, 1, 1], labels: [false, true, false, true]) == 0.5)
        #expect(rocAUC(scores: [1, 2, 2, 3], labels: [false, false, true, true]) == 0.875)
    }

    @Test func needsBothClassesAndRealScores() {
        #expect(rocAUC(scores: [1, 2], labels: [true, true]) == nil)
        #expect(rocAUC(scores: [1, 2], labels: [true]) == nil)
        #expect(rocAUC(scores: [1, .nan], labels: [true, false]) == nil)
        #expect(rocAUC(scores: [], labels: []) == nil)
    }
}
