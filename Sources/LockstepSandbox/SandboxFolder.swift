import Foundation
import Lockstep
import Synchronization

/// A folder of its own for a piece of work on a file that nobody vouches for: the file, and an empty place for every
/// program that works on it. It is erased in the end; what a process that died has left is erased by the next one that
/// makes a folder beside it.
public final class SandboxFolder: Sendable {
    /// The folder.
    public let path: String
    private let lock: String
    private let descriptor: Int32
    private let places = Mutex(0)

    private static let prefix = "run-"
    private static let ending = ".lock"

    /// Works in a new folder, which is erased afterwards.
    /// - Parameter scratch: the folder that holds the folders of all work; it is made when it is missing.
    /// - Throws: ``Failure`` when the disk refuses; what `body` throws.
    public static func with<Result: Sendable>(
        in scratch: String, _ body: @Sendable (SandboxFolder) async throws -> Result
    ) async throws -> Result {
        let folder = try await Offload.run { _ in
            try eraseAbandoned(in: scratch)
            return try SandboxFolder(in: scratch)
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(folder))
        } catch {
            result = .failure(error)
        }
        // Also in a task that was cancelled: the work is over, its files are not.
        let erased = Task { try await Offload.run { _ in try folder.erase() } }
        switch result {
        case .success(let value):
            try await erased.value
            return value
        case .failure(let error):
            // What failed is what is told; a folder that stays is erased by the next process.
            _ = await erased.result
            throw error
        }
    }

    /// A new empty folder within, for one run of a program.
    public func newPlace() async throws -> String {
        let number = places.withLock { number in
            number += 1
            return number
        }
        let place = "\(path)/place-\(number)"
        return try await Offload.run { _ in
            guard mkdir(place, 0o700) == 0 else { throw Self.failure("a folder could not be made", place) }
            return place
        }
    }

    /// Erases what processes that died have left in a scratch folder.
    /// - Throws: what removing it throws.
    public static func cleanUp(in scratch: String) async throws {
        try await Offload.run { _ in try eraseAbandoned(in: scratch) }
    }

    private init(in scratch: String) throws {
        try FileManager.default.createDirectory(
            atPath: scratch, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        path = "\(scratch)/\(Self.prefix)\(UUID().uuidString.lowercased())"
        lock = path + Self.ending
        // Held as long as this process lives: whoever gets the lock knows that nobody works there any more.
        descriptor = open(lock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("a file could not be made", lock) }
        var status = stat()
        // One who erases what was left behind may have taken the file for that before it was locked.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0,
            mkdir(path, 0o700) == 0
        else {
            // The descriptor goes with this object.
            throw Self.failure("a folder could not be made", path)
        }
    }

    deinit { close(descriptor) }

    private func erase() throws {
        if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
        unlink(lock)
    }

    private static func eraseAbandoned(in scratch: String) throws {
        guard FileManager.default.fileExists(atPath: scratch) else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch)
        where name.hasPrefix(prefix) && name.hasSuffix(ending) {
            let lock = "\(scratch)/\(name)"
            let descriptor = open(lock, O_RDWR | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            // Another process has just made it, or works there.
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { continue }
            let folder = String(lock.dropLast(ending.count))
            if FileManager.default.fileExists(atPath: folder) {
                try FileManager.default.removeItem(atPath: folder)
            }
            unlink(lock)
        }
    }

    private static func failure(_ what: String, _ path: String) -> Failure {
        .temporary("\(what) at '\(path)': \(String(cString: strerror(errno)))", code: "storage")
    }
}
