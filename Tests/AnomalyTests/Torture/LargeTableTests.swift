import Anomaly
import Foundation
import Lockstep
import LockstepSQLite
import NIOCore
import Testing

/// The sizes that the application promises, and the files that would break it, against a process of its own.
@Suite(
    "Torture: large tables", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] == "1"),
    .enabled(
        if: Spawned.executable != nil, "build it first: swift build -c release --product showcase"))
struct LargeTableTortureTests {
    /// A table as CSV, made while it is sent: one piece per thousand rows.
    private struct MadeTable: Sequence, IteratorProtocol, Sendable {
        private let rows: Int
        private var done = 0
        private let tails: [String]

        /// What most cells hold: whole numbers below 100, decimals of six digits, or of ten, which take
        /// twice the memory.
        enum Cells: CaseIterable { case short, usual, precise }

        init(rows: Int, columns: Int, of cells: Cells = .usual) {
            self.rows = rows
            // Rows differ in their first two cells; the others repeat, which costs the reader as much.
            tails = (0..<509).map { row in
                (2..<columns).map { column in
                    let value = (row * 7919 + column * 104_729) % 9973
                    if column == 2 { return ["red", "green", "blue"][value % 3] }
                    switch cells {
                    case .short: return "\(value % 100)"
                    case .usual: return "\(value / 100).\(value % 100)\(column % 10)"
                    case .precise: return "\(value / 100).\(value * 7919 + 100_000_000)"
                    }
                }.joined(separator: ",") + "\n"
            }
        }

        mutating func next() -> ByteBuffer? {
            guard done < rows else { return nil }
            var piece = ByteBuffer()
            if done == 0 {
                let columns = (tails.first?.count { $0 == "," } ?? 0) + 3
                piece.writeString((1...columns).map { "c\($0)" }.joined(separator: ",") + "\n")
            }
            let end = Swift.min(rows, done + 1000)
            for row in done..<end {
                piece.writeString("\(row),\(row &* 2_654_435_761 % 100_003),\(tails[row % tails.count])")
            }
            done = end
            return piece
        }
    }

    /// What an analysis came to.
    private struct Outcome {
        var job: Job<AnomalySession>
        var seconds: Double
        var peak: Double
    }

    /// Uploads and analyses a file, and says what it cost.
    private static func analyse(
        _ server: Spawned, named name: String = "table.csv", _ pieces: some Sequence<ByteBuffer> & Sendable
    ) async throws -> Outcome {
        let jobs = try await Jobs<AnomalySession>(on: SQLiteStore(path: "\(server.data)/lockstep.sqlite"))
        let id = try await server.upload(named: name, pieces)
        let clock = ContinuousClock()
        let started = clock.now
        let session = try await server.analyze(id)
        var last: Job<AnomalySession>?
        for try await job in jobs.watch(session) { last = job }
        let seconds = (clock.now - started) / .seconds(1)
        let outcome = Outcome(job: try #require(last), seconds: seconds, peak: try server.peakMemory())
        let cost = String(format: "%.1f s, peak memory %.0f MiB", outcome.seconds, outcome.peak)
        print("Torture: \(outcome.job.status), \(cost); \(outcome.job.failure?.message ?? name)")
        return outcome
    }

    @Test(
        "a million rows of twenty columns take 512 MiB and ten minutes at most",
        arguments: MadeTable.Cells.allCases)
    private func million(cells: MadeTable.Cells) async throws {
        try await Spawned.run { server in
            let table = MadeTable(rows: 1_000_000, columns: 20, of: cells)
            let outcome = try await Self.analyse(server, table)
            #expect(outcome.job.status == .completed)
            #expect(try outcome.job.output()?.rows == 1_000_000)
            #expect(outcome.peak <= 512)
            #expect(outcome.seconds <= 600)
        }
    }

    @Test("a million rows of two hundred columns take the same memory")
    func wide() async throws {
        try await Spawned.run { server in
            let table = MadeTable(rows: 1_000_000, columns: 200, of: .short)
            let outcome = try await Self.analyse(server, table)
            #expect(outcome.job.status == .completed)
            #expect(try outcome.job.output()?.rows == 1_000_000)
            #expect(try outcome.job.output()?.columns == 200)
            #expect(outcome.peak <= 512)
            #expect(outcome.seconds <= 600)
        }
    }

    @Test("two such tables at once take the same memory")
    func two() async throws {
        try await Spawned.run { server in
            let table = MadeTable(rows: 1_000_000, columns: 200, of: .short)
            async let first = Self.analyse(server, named: "first.csv", table)
            async let second = Self.analyse(server, named: "second.csv", table)
            for outcome in try await [first, second] {
                #expect(outcome.job.status == .completed)
                #expect(try outcome.job.output()?.rows == 1_000_000)
                #expect(outcome.peak <= 512)
                #expect(outcome.seconds <= 1200)
            }
        }
    }

    @Test("no bad file takes five seconds or 64 MiB more than a small table does")
    func badFiles() async throws {
        try await Spawned.run { server in
            let small = try await Self.analyse(server, [ByteBuffer(string: Tables.small)])
            for file in BadFile.all {
                let content = [ByteBuffer(bytes: file.content)]
                let outcome = try await Self.analyse(server, named: file.name, content)
                #expect(outcome.job.status == .error, "\(file.what)")
                #expect(outcome.seconds < 5, "\(file.what)")
                #expect(outcome.peak - small.peak < 64, "\(file.what)")
            }
        }
    }
}
