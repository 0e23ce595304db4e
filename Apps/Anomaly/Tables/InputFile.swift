#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A file open for reading.
final class InputFile {
    /// What the file is called to the person who brought it.
    let name: String
    /// Its length in bytes.
    let size: Int
    private let handle: UnsafeMutablePointer<FILE>

    /// Opens a file.
    ///
    /// - Throws: `TableError` when it cannot be opened, is no regular file or is longer than allowed.
    init(path: String, name: String, limits: Limits) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let opened = fopen(path, "rb")
        else {
            throw TableError(.unreadable, "The file \(name) could not be opened; upload it again.")
        }
        handle = opened
        self.name = name
        size = Int(status.st_size)
        if size > limits.fileBytes {
            throw TableError(
                .tooLarge,
                "The file \(name) has \(size) bytes, and at most \(limits.fileBytes) are allowed; split it.")
        }
    }

    deinit {
        fclose(handle)
    }

    /// Reads into `buffer` from `offset` on.
    ///
    /// - Returns: the number of bytes read; fewer than fit only at the end of the file.
    /// - Throws: `TableError` when the storage fails.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        guard let base = buffer.baseAddress, offset >= 0, offset < size else { return 0 }
        let found = fseeko(handle, off_t(offset), SEEK_SET) == 0 ? fread(base, 1, buffer.count, handle) : 0
        if found < min(buffer.count, size - offset) {
            throw TableError(.unreadable, "The file \(name) could not be read to its end; upload it again.")
        }
        return found
    }

    /// Some bytes of the file, fewer at its end.
    func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        let length = max(0, min(count, size - offset))
        var result = [UInt8](repeating: 0, count: length)
        let found = try result.withUnsafeMutableBytes { try read(into: $0, at: offset) }
        result.removeLast(length - found)
        return result
    }
}
