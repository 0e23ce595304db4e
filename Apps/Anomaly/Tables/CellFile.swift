import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Where packed cells lie while a table too large for the memory is worked on: a file without a name.
///
/// The name is taken away as soon as the file is open, so that nothing is left behind by a process that is
/// killed; the bytes are freed when the last one who holds the file lets go. It is read and written by plain
/// calls, never mapped into memory: pages of a mapped file would count as the process's own.
final class CellFile: Sendable {
    private let descriptor: CInt
    private let end = Mutex(0)

    /// Opens a new file.
    ///
    /// - Parameter folder: where; it must exist and be on a disk with room for eight bytes per cell.
    /// - Throws: `TableError` of kind `storage`.
    convenience init(in folder: String) throws {
        let name = "\(folder)/cells-\(UInt64.random(in: 0 ... .max)).part"
        let descriptor = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CellFile.failure("could not be opened", errno) }
        // With its name left the file would outlive the process.
        guard unlink(name) == 0 else {
            let code = errno
            close(descriptor)
            throw CellFile.failure("could not be prepared", code)
        }
        self.init(descriptor: descriptor)
    }

    /// - Parameter descriptor: an open file without cells, which is closed with this object.
    init(descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Writes cells behind all others.
    ///
    /// - Returns: their place, in cells from the start.
    func append(_ cells: [UInt64]) throws -> Int {
        let place = end.withLock { end in
            defer { end += cells.count }
            return end
        }
        try write(cells, at: place)
        return place
    }

    /// Writes cells over others.
    func write(_ cells: [UInt64], at place: Int) throws {
        try cells.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(place * 8 + done))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw CellFile.failure("could not be written", errno) }
                done += count
            }
        }
    }

    /// Fills `cells` from a place on; all of them must have been written.
    func read(into cells: UnsafeMutableBufferPointer<UInt64>, at place: Int) throws {
        let bytes = UnsafeMutableRawBufferPointer(cells)
        var done = 0
        while done < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(place * 8 + done))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw CellFile.failure("could not be read back", count < 0 ? errno : EIO) }
            done += count
        }
    }

    private static func failure(_ what: String, _ code: CInt) -> TableError {
        TableError(
            .storage,
            "The table is kept on the disk while it is worked on, and its cells \(what) "
                + "(\(String(cString: strerror(code)))); see to it that the data folder is there and its disk has "
                + "room, eight bytes for each cell.")
    }
}
