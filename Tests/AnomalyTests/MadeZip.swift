import Foundation

/// A zip file written by hand (PKWARE APPNOTE 6.3.10), which may lie about itself.
struct MadeZip {
    /// An entry that is packed already.
    struct Packed {
        var name: String
        var method: Int
        var checksum: UInt32
        var bytes: Data
        var length: Int
        /// Bit 0: encrypted (APPNOTE 4.4.4).
        var flags = 0
    }

    private var entries: [Packed]

    /// Entries that are stored as they are; `declaring` replaces the length of the last one.
    init(entries: [(String, Data)], declaring length: Int? = nil) {
        self.entries = entries.map { name, data in
            Packed(
                name: name, method: 0, checksum: Self.checksum(data), bytes: data, length: data.count)
        }
        if let length, !self.entries.isEmpty { self.entries[self.entries.count - 1].length = length }
    }

    /// Adds an entry that is packed already.
    mutating func add(_ entry: Packed) { entries.append(entry) }

    /// The file. Lengths that do not fit 32 bits go into the extra field (APPNOTE 4.5.3).
    var archive: Data {
        var (bytes, directory) = (Data(), Data())
        for entry in entries {
            let isLong = entry.length >= 0xFFFF_FFFF
            var common = Self.number(20, 2) + Self.number(entry.flags, 2) + Self.number(entry.method, 2)
            common += Self.number(0, 4) + Self.number(Int(entry.checksum), 4)
            common += Self.number(entry.bytes.count, 4)
            common += Self.number(isLong ? 0xFFFF_FFFF : entry.length, 4)
            common += Self.number(entry.name.utf8.count, 2)
            let extra = isLong ? Self.number(1, 2) + Self.number(8, 2) + Self.number(entry.length, 8) : Data()
            let offset = bytes.count
            bytes += [0x50, 0x4B, 3, 4] + common + Self.number(0, 2) + Data(entry.name.utf8) + entry.bytes
            directory += [0x50, 0x4B, 1, 2] + Self.number(20, 2) + common + Self.number(extra.count, 2)
            directory += Data(repeating: 0, count: 10) + Self.number(offset, 4)
            directory += Data(entry.name.utf8) + extra
        }
        let end = Self.number(entries.count, 2) + Self.number(entries.count, 2)
        return bytes + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + end
            + Self.number(directory.count, 4) + Self.number(bytes.count, 4) + [0, 0]
    }

    private static func number(_ value: Int, _ length: Int) -> Data {
        Data((0..<length).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) })
    }

    /// CRC-32 (ISO 3309), bit by bit.
    static func checksum(_ data: Data) -> UInt32 {
        var sum: UInt32 = ~0
        for byte in data {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}

/// A workbook whose one sheet is stored, not packed.
enum MadeWorkbook {
    /// - Parameter prologue: put in front of the sheet's root element.
    static func archive(rows: Int, prologue: String = "") -> Data {
        MadeZip(entries: parts(sheet: sheet(rows: rows, prologue: prologue))).archive
    }

    /// A workbook whose sheet, beside usual rows, holds this cell.
    static func archive(cell: String) -> Data {
        let whole = sheet(rows: 20, prologue: "")
        let end = "</sheetData></worksheet>"
        return MadeZip(
            entries: parts(sheet: whole.dropLast(end.count) + "<row>\(cell)</row>" + end)
        ).archive
    }

    /// A workbook whose sheet is locked by a password, as old zip programs did it.
    static var locked: Data {
        var zip = MadeZip(entries: parts(sheet: nil))
        zip.add(
            .init(
                name: "xl/worksheets/sheet1.xml", method: 8, checksum: 7,
                bytes: Data(repeating: 9, count: 90),
                length: 900, flags: 1))
        return zip.archive
    }

    /// A workbook of which one digit was changed on the way.
    static var flipped: Data {
        var whole = archive(rows: 200)
        if let place = whole.range(of: Data("<v>77</v>".utf8)) { whole[place.lowerBound + 3] = 0x38 }
        return whole
    }

    /// All parts, the sheet last; without a sheet, all others.
    static func parts(sheet: String?) -> [(String, Data)] {
        let type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        func relations(_ kind: String, _ target: String) -> String {
            "<Relationships><Relationship Id=\"r1\" Type=\"\(type)/\(kind)\" Target=\"\(target)\"/></Relationships>"
        }
        var parts = [
            ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
            (
                "xl/workbook.xml",
                "<workbook><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
            ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
        ]
        if let sheet { parts.append(("xl/worksheets/sheet1.xml", sheet)) }
        return parts.map { ($0.0, Data($0.1.utf8)) }
    }

    private static func sheet(rows: Int, prologue: String) -> String {
        let cells = (0..<rows).map { "<row><c><v>\($0)</v></c><c><v>\($0 * 7 % 5)</v></c></row>" }.joined()
        return "<?xml version=\"1.0\"?>\(prologue)<worksheet><sheetData>\(cells)</sheetData></worksheet>"
    }
}
