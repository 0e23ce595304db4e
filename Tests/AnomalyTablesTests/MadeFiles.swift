import AnomalyDetection
import AnomalyTables
import CZlib
import Foundation

/// Files made up for the tests, in the system's temporary folder, removed after reading.
enum MadeFiles {
    static func read(_ text: String, named name: String = "t.csv", limits: Limits = Limits()) throws -> Table
    {
        try read(Array(text.utf8), named: name, limits: limits)
    }

    static func read(_ bytes: [UInt8], named name: String, limits: Limits = Limits()) throws -> Table {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(bytes).write(to: file)
        defer { unlink(file.path) }
        let folder = FileManager.default.temporaryDirectory.path
        return try TableReader.read(fileAt: file.path, named: name, limits: limits, scratch: folder).loaded()
    }

    /// All cells of a table as people see them.
    static func cells(_ table: Table) -> [[String]] {
        (0..<table.rowCount).map { row in table.columns.indices.map { table.cell(row, $0) } }
    }

    /// What was wrong with a file; `nil` when it could be read.
    static func fault(_ read: () throws -> Table) -> TableError? {
        do {
            _ = try read()
            return nil
        } catch {
            return error as? TableError
        }
    }
}

/// Writes a zip archive in memory.
struct ZipWriter {
    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// Adds an entry, deflated; `declared` may lie about its length.
    mutating func add(_ name: String, _ content: [UInt8], declared: Int? = nil) {
        let sum = UInt32(truncatingIfNeeded: crc32(0, content, uInt(content.count)))
        add(name, packed: ZipWriter.deflate(content), checksum: sum, length: declared ?? content.count)
    }

    /// Adds an entry whose packed bytes are given.
    mutating func add(_ name: String, packed: [UInt8], checksum: UInt32, length: Int) {
        let offset = bytes.count
        var common: [UInt8] = [20, 0, 0, 0, 8, 0, 0, 0, 0, 0]
        common += ZipWriter.number(Int(checksum), 4) + ZipWriter.number(packed.count, 4)
        common += ZipWriter.number(length, 4) + ZipWriter.number(name.utf8.count, 2) + [0, 0]
        bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + packed
        directory += [0x50, 0x4B, 1, 2, 20, 0] + common + [UInt8](repeating: 0, count: 10)
        directory += ZipWriter.number(offset, 4) + Array(name.utf8)
        count += 1
    }

    /// The whole archive.
    var archive: [UInt8] {
        var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        end += ZipWriter.number(count, 2) + ZipWriter.number(count, 2)
        end += ZipWriter.number(directory.count, 4) + ZipWriter.number(bytes.count, 4) + [0, 0]
        return bytes + directory + end
    }

    private static func number(_ value: Int, _ length: Int) -> [UInt8] {
        (0..<length).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    static func deflate(_ content: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        guard czlib_deflate_init_raw(&stream, 6) == Z_OK else { return [] }
        defer { deflateEnd(&stream) }
        var input = content
        var output = [UInt8](repeating: 0, count: content.count + content.count / 100 + 64)
        let length = output.count
        return input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = uInt(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(length)
                CZlib.deflate(&stream, Z_FINISH)
                return Array(target.prefix(length - Int(stream.avail_out)))
            }
        }
    }
}
