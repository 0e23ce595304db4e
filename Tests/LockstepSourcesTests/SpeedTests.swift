import Foundation
import LockstepSources
import Testing

@testable import drift_bench

/// A repository of 200,000 lines and 500 tables takes less than 10 s, as it is released.
@Suite(.serialized) struct SpeedTests {
    /// A debug build is some ten times slower; the square of the length would take hours in either.
    #if DEBUG
        private static let (lines, most) = (40_000, 60.0)
    #else
        private static let (lines, most) = (200_000, 10.0)
    #endif

    @Test func manyLinesAndTables() {
        let made = GeneratedRepository(lines: Self.lines)
        #expect(made.lines >= Self.lines)
        var check: SourceCheck?
        let seconds = ProcessorTime.seconds { check = SourceCheck(SourceTree(files: made.files)) }
        print("\(made.lines) lines and \(made.tables) tables: \(seconds) s")
        #expect(seconds < Self.most)
        // What was put in is found (a table whose words are another's aside), and nothing else.
        let found = check?.findings.filter { $0.confidence == .high } ?? []
        #expect(found.allSatisfy { $0.value == "stalled" && $0.type == .d1 })
        #expect(found.count >= made.drifted * 9 / 10 && found.count <= made.drifted)
        #expect(check?.columns == made.tables)
    }
}

/// Time that a thread worked: what else runs on the machine does not count.
enum ProcessorTime {
    static func seconds(_ work: () -> Void) -> Double {
        let before = now
        work()
        return now - before
    }

    private static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
