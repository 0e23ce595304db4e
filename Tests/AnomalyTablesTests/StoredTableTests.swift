import AnomalyDetection
import Foundation
import Testing

@testable import AnomalyTables

/// Tables whose cells are kept in a file: what is read from them is the same as from memory, to the last bit.
@Suite struct StoredTableTests {
    /// A table with a column of every kind, and such as change their minds.
    private static let mixed: String = {
        var lines = ["id,day,colour,note,sum,precise,gaps,strays,words,late"]
        for row in 0..<300 {
            let day = "2024-\(row % 12 + 1 < 10 ? "0" : "")\(row % 12 + 1)-1\(row % 10)"
            let colour = ["red", "green", "blue", ""][row % 4]
            let gaps = row % 7 == 0 ? "" : "\(row * 31 % 50)"
            let strays = row % 60 == 3 ? "none" : "\(row % 91)"
            let words = row % 3 == 0 ? "\(row % 5).5" : row % 31 == 0 ? day : "w\(row % 9)"
            let late = row < 290 ? "\(row % 17)" : "\(row).123456789"
            let sum = row == 150 ? "900" : "\(row * 7919 % 101).25"
            lines.append(
                "\(row),\(day),\(colour),\"note \(row)\n\(row * 7)\",\(sum),0.\(row * 104_729 + 1_000_000_000),"
                    + "\(gaps),\(strays),\(words),\(late)")
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// Calls `body` with the table in memory and, in a folder of its own, on the disk.
    private static func compare(
        _ bytes: [UInt8], named name: String = "t.csv", blockLength: Int, texts: Int = 48 << 20,
        _ body: (_ memory: Table, _ disk: any TableSource) throws -> Void
    ) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        let file = folder.appendingPathComponent("source").path
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        var limits = Limits()
        limits.keptTextBytes = texts
        let memory = try TableReader.read(fileAt: file, named: name, limits: limits, scratch: folder.path)
        limits.cellsInMemory = 0
        limits.blockLength = blockLength
        let disk = try TableReader.read(fileAt: file, named: name, limits: limits, scratch: folder.path)
        #expect(disk is StoredTable)
        // Nothing would be left behind if the process were killed now.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == ["source"])
        try body(try #require(memory as? Table), disk)
    }

    /// All that a table says, values to the bit.
    private static func said(by table: Table) -> [String] {
        let columns = table.columns.map { column in
            switch column.values {
            case .numbers(let values): "\(column.name) \(values.map(\.bitPattern))"
            case .preciseNumbers(let values): "\(column.name) precise \(values.map(\.bitPattern))"
            case .dates(let values): "\(column.name) dates \(values.map(\.bitPattern))"
            case .categories(let codes, let levels): "\(column.name) \(codes) \(levels)"
            case .text(let cells): "\(column.name) text \((0..<cells.count).map { cells[$0] })"
            }
        }
        let lines = (0..<table.rowCount).map { table.line(ofRow: $0) }
        return columns + table.warnings + ["\(table.rowCount) \(table.sheetName ?? "no sheet") \(lines)"]
    }

    @Test(arguments: [1, 7, 64, 299, 300, 1000])
    func saysTheSameAsATableInMemory(blockLength: Int) throws {
        try Self.compare(Array(Self.mixed.utf8), blockLength: blockLength) { memory, disk in
            let kinds: [Column.Kind] = [
                .number, .date, .category, .category, .number, .number, .number, .number, .category, .number,
            ]
            #expect(memory.columns.map(\.kind) == kinds)
            #expect(memory.warnings.count == 1)
            #expect(disk.columnNames == memory.columnNames && disk.rowCount == 300)
            let loaded = try disk.loaded()
            #expect(Self.said(by: loaded) == Self.said(by: memory))
            for rows in [0..<1, 5..<19, 60..<300, 64..<128, 300..<300] {
                let block = try disk.block(rows)
                #expect(Self.said(by: block) == Self.said(by: memory.block(rows)))
            }
            let rows = [299, 0, 7, 7, 150]
            let (picked, wanted) = (try disk.picking(rows), memory.picking(rows))
            #expect(Self.said(by: picked) == Self.said(by: wanted) && wanted.cell(4, 4) == "900")
            for index in memory.columns.indices {
                let column = Table(columns: [try disk.column(at: index)])
                #expect(Self.said(by: column) == Self.said(by: Table(columns: [memory.columns[index]])))
            }
        }
    }

    @Test func keepsTheSameTexts() throws {
        // Few texts fit, so that columns become free text of which some is not kept.
        try Self.compare(Array(Self.mixed.utf8), blockLength: 16, texts: 500) { memory, disk in
            #expect(memory.columns.map(\.kind)[3] == .text)
            #expect(memory.cell(299, 3) == "…")
            let loaded = try disk.loaded()
            #expect(Self.said(by: loaded) == Self.said(by: memory))
        }
    }

    @Test func readsSheetsWhoseColumnsComeLate() throws {
        // Column C has its first cell in row 200, when the others have long left the memory.
        let rows = (1...250).map { row in
            "<row r=\"\(row)\"><c r=\"A\(row)\"><v>\(row % 7)</v></c><c r=\"B\(row)\"><v>\(row % 2).5</v></c>"
                + (row >= 200 && row % 3 == 0 ? "<c r=\"C\(row)\" t=\"str\"><v>t\(row % 4)</v></c>" : "")
                + "</row>"
        }
        let book = MadeWorkbook(sheets: [("s", rows.joined())]).archive
        try Self.compare(book, named: "t.xlsx", blockLength: 32) { memory, disk in
            #expect(
                memory.columnNames.count == 3 && memory.cell(199, 2).isEmpty && memory.cell(200, 2) == "t1")
            let loaded = try disk.loaded()
            #expect(Self.said(by: loaded) == Self.said(by: memory))
        }
    }

    @Test(arguments: [50, 64, 1000])
    func isScoredTheSameToTheLastBit(blockLength: Int) throws {
        try Self.compare(Array(Self.mixed.utf8), blockLength: blockLength) { memory, disk in
            let (first, second) = (try AnomalyDetector().fit(memory), try AnomalyDetector().fit(disk))
            let (scores, others) = (try first.score(), try second.score())
            #expect(scores.indices.max { scores[$0] < scores[$1] } == 150)
            #expect(others.map(\.bitPattern) == scores.map(\.bitPattern))
            let rows = [150, 3, 299]
            #expect(try second.explain(rows: rows) == first.explain(rows: rows))
            #expect(second.ignoredColumns == first.ignoredColumns && second.usedColumns == first.usedColumns)
        }
    }

    @Test func saysWhatTheDiskLacks() throws {
        var limits = Limits()
        limits.cellsInMemory = 0
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(Self.mixed.utf8).write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        let error = try #require(
            MadeFiles.fault {
                try TableReader.read(
                    fileAt: file.path, named: "t.csv", limits: limits, scratch: "/nowhere/at/all"
                ).loaded()
            })
        #expect(error.kind == .storage)
        #expect(error.description.contains("could not be opened (No such file or directory)"))
        #expect(error.description.hasSuffix("."))
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func saysThatTheDiskIsFull() throws {
        let full = CellFile(descriptor: open("/dev/full", O_RDWR))
        var column = PackedColumn(chunkLength: 4)
        try column.move(to: full)
        let error = #expect(throws: TableError.self) {
            for number in 0..<5 { try column.append(PackedCell(number: Double(number))) }
        }
        #expect(error?.kind == .storage)
        #expect(error?.description.contains("could not be written (No space left on device)") == true)
    }

    @Test func stopsReadingWhenToldSo() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        let rows = (0..<5000).map { "\($0),\($0 % 7)" }.joined(separator: "\n")
        try Data(rows.utf8).write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        var questions = 0
        #expect(throws: CancellationError.self) {
            try TableReader.read(fileAt: file.path, named: "t.csv", scratch: "/nowhere") {
                questions += 1
                return questions == 2
            }
        }
        #expect(questions == 2)
    }
}
