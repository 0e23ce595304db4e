import CFiles
import Foundation
import Lockstep

/// What a file system tells of a file: enough to notice that another file stands in its place, or that it was written to.
struct FileFacts: Hashable, Sendable {
    var inode: UInt64
    var size: Int64
    /// When its bytes changed, in nanoseconds since 1970.
    var modified: Int64
    /// When its bytes, its name or its rights changed, in nanoseconds since 1970.
    var changed: Int64

    /// Changes whenever the file is replaced or written to.
    var version: String { "\(inode)-\(size)-\(modified)-\(changed)" }
    /// Names the file as it is, whatever its name: renaming leaves it alone.
    var content: String { "\(inode)-\(modified)" }

    /// Looks at an open file. Blocks.
    init(of descriptor: Int32) throws {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError.file("looked at", errno) }
        self.init(status)
    }

    /// Looks at a file; `nil` when there is none. Blocks.
    init?(at path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw StorageError.file("looked at", errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
            modified = nanoseconds(status.st_mtimespec)
            changed = nanoseconds(status.st_ctimespec)
        #else
            modified = nanoseconds(status.st_mtim)
            changed = nanoseconds(status.st_ctim)
        #endif
    }

    /// Asks the disk to begin with what was written, without waiting for it. Blocks hardly.
    static func startFlushing(_ descriptor: Int32) {
        #if os(Linux)
            // Advice alone: whether it is taken is seen at the end, when the file is flushed.
            _ = sync_file_range(descriptor, 0, 0, 2)
        #endif
    }

    /// Gives a file another name, unless there is a file of that name. Blocks.
    /// - Returns: whether it did.
    static func rename(_ path: String, to target: String) throws -> Bool {
        #if os(Linux)
            let noReplace: UInt32 = 1
            if renameat2(AT_FDCWD, path, AT_FDCWD, target, noReplace) == 0 { return true }
        #else
            if renamex_np(path, target, UInt32(RENAME_EXCL)) == 0 { return true }
        #endif
        if errno == EEXIST { return false }
        if errno == EINVAL || errno == ENOSYS {
            throw StorageError(
                .misconfigured,
                "the file system of the folder of uploads cannot rename without replacing; put it on a local disk "
                    + "(ext4, XFS, Btrfs, tmpfs)")
        }
        throw StorageError.file("renamed", errno)
    }

    /// Brings the names in a folder to the disk. Blocks.
    static func synchronize(folder: String) throws {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError.file("opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StorageError.file("written", errno) }
    }
}

extension StorageError {
    /// What the operating system would not do with a file of the storage. A full disk may be emptied; anything else is an
    /// administrator's business.
    static func file(_ what: String, _ number: Int32) -> StorageError {
        if number == ENOSPC || number == EDQUOT {
            return StorageError(.unavailable, "the server's disk is full; try again later")
        }
        return StorageError(
            .misconfigured, "a file of the storage cannot be \(what): \(String(cString: strerror(number)))")
    }
}
