import CZlib

/// What all parts of a workbook together may still unpack to.
final class UnpackingBudget {
    private let limits: Limits
    private var left: Int

    init(limits: Limits) {
        self.limits = limits
        left = limits.uncompressedBytes
    }

    /// Counts bytes that were unpacked.
    ///
    /// - Parameters:
    ///   - count: the bytes just unpacked.
    ///   - total: the bytes of this part so far.
    ///   - packed: the bytes they came from.
    ///   - name: the file's name, for the message.
    func take(_ count: Int, total: Int, packed: Int, name: String) throws {
        left -= count
        let isSteep = total > limits.freelyCompressedBytes && total / limits.compressionRatio > packed
        if left < 0 || isSteep { throw ZipArchive.bomb(name, limits: limits) }
    }
}

/// Unpacks one entry of an archive piece by piece.
final class ZipStream {
    private let archive: ZipArchive
    private let entry: ZipArchive.Entry
    private let budget: UnpackingBudget
    private var offset: Int
    private var packedLeft: Int
    private var total = 0
    private var checksum: UInt = 0
    private var isDone = false
    private let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1 << 16)
    private let inflater = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(archive: ZipArchive, entry: ZipArchive.Entry, budget: UnpackingBudget) throws {
        self.archive = archive
        self.entry = entry
        self.budget = budget
        packedLeft = entry.compressedSize
        offset = try archive.dataOffset(of: entry)
        inflater.initialize(to: z_stream())
        if entry.isEncrypted {
            throw TableError(
                .wrongFormat,
                "The workbook \(archive.file.name) is protected by a password; remove it and save again.")
        }
        let isReady = czlib_inflate_init_raw(inflater) == Z_OK
        guard isReady, entry.method == 0 || entry.method == 8 else { throw damaged() }
    }

    deinit {
        inflateEnd(inflater)
        inflater.deallocate()
        input.deallocate()
    }

    /// Unpacks into `buffer`.
    ///
    /// - Returns: the number of bytes; 0 only at the end.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        guard !isDone, let base = buffer.baseAddress, !buffer.isEmpty else { return 0 }
        let count = entry.method == 0 ? try copy(into: buffer) : try inflate(into: buffer)
        total += count
        checksum = UInt(crc32(uLong(checksum), base, uInt(count)))
        let packed = entry.compressedSize - packedLeft
        try budget.take(count, total: total, packed: packed, name: archive.file.name)
        if total > entry.uncompressedSize { throw damaged() }
        if isDone, total != entry.uncompressedSize || UInt32(truncatingIfNeeded: checksum) != entry.checksum {
            throw damaged()
        }
        return count
    }

    private func copy(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        let wanted = min(buffer.count, packedLeft)
        let part = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<wanted]))
        let count = try archive.file.read(into: part, at: offset)
        if count < wanted { throw damaged() }
        offset += count
        packedLeft -= count
        isDone = packedLeft == 0
        return count
    }

    private func inflate(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        inflater.pointee.next_out = buffer.baseAddress
        inflater.pointee.avail_out = uInt(buffer.count)
        while inflater.pointee.avail_out == uInt(buffer.count), !isDone {
            if inflater.pointee.avail_in == 0 { try refill() }
            let status = CZlib.inflate(inflater, Z_NO_FLUSH)
            if status == Z_STREAM_END { isDone = true } else if status != Z_OK { throw damaged() }
        }
        return buffer.count - Int(inflater.pointee.avail_out)
    }

    private func refill() throws {
        let part = UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: input[..<min(input.count, packedLeft)]))
        let count = try archive.file.read(into: part, at: offset)
        if count == 0 { throw damaged() }
        offset += count
        packedLeft -= count
        inflater.pointee.next_in = input.baseAddress
        inflater.pointee.avail_in = uInt(count)
    }

    private func damaged() -> TableError {
        TableError(
            .malformed,
            "The part \(entry.name) of the workbook \(archive.file.name) is damaged; save it again and upload that."
        )
    }
}
