import AnomalyDetection
import AnomalyTables
import Foundation
import Lockstep
import Testing

@testable import Anomaly

/// What is found in a table whose cells are kept in a file, and what becomes of a disk that fails.
@Suite("Tables on the disk")
struct StoredTableTests {
    /// Reads a table, its cells in memory or, in blocks of so many rows, on the disk.
    private func read(_ text: String, blockLength: Int? = nil, scratch: String? = nil) throws
        -> any TableSource
    {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "table-\(UUID().uuidString)").path(percentEncoded: false)
        try Data(text.utf8).write(to: URL(filePath: file))
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: file) } }
        var limits = Limits()
        if let blockLength {
            limits.cellsInMemory = 0
            limits.blockLength = blockLength
        }
        return try TableReader.read(
            fileAt: file, named: "table.csv", limits: limits,
            scratch: scratch ?? folder.path(percentEncoded: false))
    }

    private func find(in table: any TableSource) async throws -> AnomalyFinder.Finding {
        try await Offload.run { stop in
            try AnomalyFinder.find(in: table, seed: 7, stop: stop, progress: { _ in })
        }
    }

    @Test("the same is found, and said of it, as in memory")
    func finds() async throws {
        let text = Tables.table(rows: 500, strange: [20, 333])
        let disk = try read(text, blockLength: 48)
        #expect(!(disk is Table))
        let (first, second) = (try await find(in: read(text)), try await find(in: disk))
        #expect(first.rows.prefix(2).map(\.row).sorted() == [20, 333])
        #expect(second.rows == first.rows)
        #expect(second.scores.map(\.bitPattern) == first.scores.map(\.bitPattern))
        #expect(second.threshold == first.threshold && second.anomalies == first.anomalies)
    }

    @Test("a disk that fails is a temporary failure, which says what it needs")
    func fails() throws {
        let error = #expect(throws: TableError.self) {
            try read(Tables.small, blockLength: 16, scratch: "/nowhere/at/all")
        }
        let failure = Failure(try #require(error))
        #expect(failure.audience == .temporary && failure.code == "storage")
        #expect(failure.message.contains("its disk has room, eight bytes for each cell."))
    }
}
