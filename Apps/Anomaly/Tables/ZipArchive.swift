/// The entries of a zip file, found through its central directory (PKWARE APPNOTE 6.3.10).
struct ZipArchive {
    /// Where an entry lies and what it declares about itself.
    struct Entry {
        let name: String
        let method: Int
        let isEncrypted: Bool
        let checksum: UInt32
        let compressedSize: Int
        let uncompressedSize: Int
        let headerOffset: Int
    }

    let file: InputFile
    private let entries: [String: Entry]
    private static let directoryLimit = 16 << 20

    /// Reads the directory and refuses an archive that declares too much.
    init(file: InputFile, limits: Limits) throws {
        self.file = file
        let tail = try file.bytes(at: max(0, file.size - 65_557), count: 65_557)
        guard
            let end = (0...max(0, tail.count - 22)).reversed().first(where: {
                tail.count >= $0 + 22 && tail.number(at: $0, bytes: 4) == 0x0605_4B50
            }), let count = tail.number(at: end + 10, bytes: 2),
            let length = tail.number(at: end + 12, bytes: 4), let offset = tail.number(at: end + 16, bytes: 4)
        else {
            throw TableError(
                .malformed, "The workbook \(file.name) is cut off or damaged; save it again and upload that.")
        }
        guard count <= limits.archiveEntries, length <= ZipArchive.directoryLimit else {
            throw TableError(
                .tooLarge,
                "The workbook \(file.name) holds \(count) parts, and at most \(limits.archiveEntries) are allowed; "
                    + "save it anew with a spreadsheet program.")
        }
        let directory = try file.bytes(at: offset, count: length)
        var entries: [String: Entry] = [:]
        var position = 0
        var total = 0
        for _ in 0..<count {
            guard let (entry, next) = ZipArchive.entry(in: directory, at: position) else {
                throw TableError(
                    .malformed,
                    "The workbook \(file.name) has a damaged list of parts; save it again and upload that.")
            }
            let (sum, overflow) = total.addingReportingOverflow(entry.uncompressedSize)
            total = overflow ? .max : sum
            if total > limits.uncompressedBytes { throw ZipArchive.bomb(file.name, limits: limits) }
            entries[entry.name.lowercased()] = entry
            position = next
        }
        self.entries = entries
    }

    /// The entry of that name, in any case and with or without a leading slash.
    func entry(_ name: String) -> Entry? {
        entries[(name.hasPrefix("/") ? String(name.dropFirst()) : name).lowercased()]
    }

    static func bomb(_ name: String, limits: Limits) -> TableError {
        TableError(
            .zipBomb,
            "The workbook \(name) unpacks to far more than its size (more than \(limits.uncompressedBytes) bytes or "
                + "\(limits.compressionRatio) times as much), so it was refused; save only the needed sheet as CSV."
        )
    }

    private static func entry(in bytes: [UInt8], at start: Int) -> (Entry, next: Int)? {
        guard bytes.number(at: start, bytes: 4) == 0x0201_4B50,
            let flags = bytes.number(at: start + 8, bytes: 2),
            let method = bytes.number(at: start + 10, bytes: 2),
            let checksum = bytes.number(at: start + 16, bytes: 4),
            var compressed = bytes.number(at: start + 20, bytes: 4),
            var uncompressed = bytes.number(at: start + 24, bytes: 4),
            let nameLength = bytes.number(at: start + 28, bytes: 2),
            let extraLength = bytes.number(at: start + 30, bytes: 2),
            let commentLength = bytes.number(at: start + 32, bytes: 2),
            var offset = bytes.number(at: start + 42, bytes: 4)
        else { return nil }
        let nameEnd = start + 46 + nameLength
        let extraEnd = nameEnd + extraLength
        guard extraEnd + commentLength <= bytes.count else { return nil }
        // Sizes that do not fit 32 bits lie in the extra field, those and only those (APPNOTE 4.5.3).
        var field = nameEnd
        while let tag = bytes.number(at: field, bytes: 2), let size = bytes.number(at: field + 2, bytes: 2),
            field + 4 + size <= extraEnd
        {
            if tag == 1 {
                var place = field + 4
                func widened(_ value: Int) -> Int? {
                    guard value == 0xFFFF_FFFF else { return value }
                    place += 8
                    return place <= field + 4 + size ? bytes.number(at: place - 8, bytes: 8) : nil
                }
                guard let first = widened(uncompressed), let second = widened(compressed),
                    let third = widened(offset)
                else { return nil }
                (uncompressed, compressed, offset) = (first, second, third)
            }
            field += 4 + size
        }
        let name = String(decoding: bytes[(start + 46)..<nameEnd], as: UTF8.self)
        let entry = Entry(
            name: name, method: method, isEncrypted: flags & 1 != 0, checksum: UInt32(checksum),
            compressedSize: compressed, uncompressedSize: uncompressed, headerOffset: offset)
        return (entry, extraEnd + commentLength)
    }

    /// Where the packed bytes of an entry start.
    func dataOffset(of entry: Entry) throws -> Int {
        let header = try file.bytes(at: entry.headerOffset, count: 30)
        guard header.number(at: 0, bytes: 4) == 0x0403_4B50, let name = header.number(at: 26, bytes: 2),
            let extra = header.number(at: 28, bytes: 2)
        else {
            throw TableError(
                .malformed,
                "The part \(entry.name) of the workbook \(file.name) is damaged; save it again and upload that."
            )
        }
        return entry.headerOffset + 30 + name + extra
    }
}

extension [UInt8] {
    /// A little-endian number, or `nil` outside the array or when it does not fit.
    func number(at offset: Int, bytes: Int) -> Int? {
        guard offset >= 0, offset <= count - bytes else { return nil }
        var result: UInt64 = 0
        for index in (0..<bytes).reversed() { result = result << 8 | UInt64(self[offset + index]) }
        return Int(exactly: result)
    }
}
