import Foundation
import Lockstep

/// The files of an application on the local disk.
///
/// Each of its objects, such as a dataset, has a folder with a random name, and in it files whose names the application
/// gives; nothing that a user wrote becomes part of a path. All methods that touch the disk run on threads of their own.
public struct ObjectFolder: Sendable {
    private let root: String

    /// Opens the folder and makes what is missing. What earlier runs left half done a day ago is erased.
    /// - Throws: what making the folder throws, and a ``Failure`` when something cannot be erased.
    public init(_ root: String) async throws {
        self.root = root
        let (incoming, objects, scratch) = (incoming, objects, scratch)
        try await Offload.run { _ in
            try Self.make(incoming)
            try Self.make(objects)
            try Self.make(scratch)
            try Self.discardAbandoned(in: incoming)
            try Self.discardAbandoned(in: scratch)
        }
    }

    /// Where uploads are written until they are whole.
    public var incoming: String { root + "/incoming" }
    /// Where files lie that are worked on at this moment.
    public var scratch: String { root + "/scratch" }
    private var objects: String { root + "/objects" }
    private func folder(_ key: String) -> String { "\(objects)/\(key)" }

    /// The path of an object's file.
    /// - Parameter name: what the application calls it.
    public func path(of name: String, in key: String) -> String { "\(folder(key))/\(name)" }

    /// A new random name for an object's folder.
    public static func newKey() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Takes a file that is whole, such as one of ``incoming``, into an object's folder, which is made when it is missing.
    /// - Throws: a ``Failure`` when the disk does not do it.
    public func adopt(_ path: String, as name: String, in key: String) async throws {
        let (folder, file) = (folder(key), self.path(of: name, in: key))
        try await Offload.run { _ in
            try Self.make(folder)
            try Self.rename(path, to: file)
        }
    }

    /// Erases an object's folder; one that is gone is no error.
    /// - Throws: what removing it throws.
    public func erase(_ key: String) async throws {
        let folder = folder(key)
        try await Offload.run { _ in
            guard FileManager.default.fileExists(atPath: folder) else { return }
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                // Another process may be erasing the same; gone is what was wanted.
                if FileManager.default.fileExists(atPath: folder) { throw error }
            }
        }
    }

    /// The objects whose folders nobody has touched for a day: those of them that the application does not know were
    /// being taken in when a process died.
    /// - Throws: what reading the folder throws.
    public func oldKeys() async throws -> [String] {
        let objects = objects
        return try await Offload.run { _ in
            try FileManager.default.contentsOfDirectory(atPath: objects).filter {
                Self.isOld("\(objects)/\($0)")
            }
        }
    }

    /// Erases those of an object's files whose names begin so.
    /// - Throws: what removing them throws.
    public func eraseFiles(beginningWith prefix: String, in key: String) async throws {
        let folder = folder(key)
        try await Offload.run { _ in
            guard FileManager.default.fileExists(atPath: folder) else { return }
            for name in try FileManager.default.contentsOfDirectory(atPath: folder)
            where name.hasPrefix(prefix) {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            }
        }
    }

    /// Erases what uploads and analyses of earlier runs left behind when they were cut off. Another process may
    /// be at it at this moment, so that only what is a day old counts as abandoned.
    private static func discardAbandoned(in folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            if isOld(path), unlink(path) != 0, errno != ENOENT {
                throw failure("a file that an earlier run left behind could not be erased")
            }
        }
    }

    /// Whether a file or a folder was last changed more than a day ago. One that has just been moved or erased by another
    /// process was not.
    private static func isOld(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return Date().timeIntervalSince1970 - Double(status.st_mtim.tv_sec) > 86_400
    }

    private static func failure(_ what: String) -> Failure {
        .temporary("\(what): \(String(cString: strerror(errno)))", code: "storage")
    }

    private static func make(_ folder: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Renames within one disk, durably: both the file's and the folder's bytes reach the disk. It blocks.
    /// - Throws: a ``Failure`` when the disk does not do it.
    public static func rename(_ path: String, to target: String) throws {
        try synchronize(path)
        guard Foundation.rename(path, target) == 0 else {
            throw failure("a file could not be renamed in the data folder")
        }
        try synchronize((target as NSString).deletingLastPathComponent)
    }

    private static func synchronize(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("a file of the data folder could not be opened") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("a file could not be brought to the disk") }
    }
}
