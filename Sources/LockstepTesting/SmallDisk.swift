#if os(Linux)
    import Foundation
    import Lockstep

    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// A disk of a few MiB (tmpfs), for tests that fill it.
    package final class SmallDisk: Sendable {
        /// Its folder.
        package let path: String

        /// Mounts it; `nil` when this process may not.
        package init?(mebibytes: Int) {
            path = NSTemporaryDirectory() + "lockstep-disk-\(UUID().uuidString)"
            guard mkdir(path, 0o700) == 0 else { return nil }
            guard mount("lockstep", path, "tmpfs", 0, "size=\(mebibytes)m") == 0 else {
                rmdir(path)
                return nil
            }
        }

        deinit {
            // Whoever still has a file open keeps it until then.
            umount2(path, Int32(MNT_DETACH))
            rmdir(path)
        }

        /// Leaves no room.
        /// - Throws: ``LogError`` when the file that is to fill it cannot be made.
        package func fill() throws {
            let file = open(path + "/filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
            guard file >= 0 else { throw LogError("the disk '\(path)' cannot be filled", errno) }
            defer { close(file) }
            var size = 1 << 20
            let zeroes = [UInt8](repeating: 0, count: size)
            while size > 0 {
                if zeroes.withUnsafeBytes({ write(file, $0.baseAddress, size) }) <= 0 { size /= 2 }
            }
        }

        /// Makes room again.
        package func free() { unlink(path + "/filler") }
    }
#endif
