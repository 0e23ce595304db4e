import Foundation

/// A folder of its own for a test, removed when the test lets go of it: what a fresh store in a file needs.
///
/// ```swift
/// let scratch = try Scratch()
/// let store = try await SQLiteStore(path: scratch.database, time: TestTime())
/// ```
///
/// Keep it as long as the store: what is removed under an open store is gone. A fresh store that needs no file is
/// `MemoryStore(time: TestTime())`.
public final class Scratch: Sendable {
    /// The folder.
    public let folder: String

    /// Makes an empty folder among the system's temporary files.
    /// - Throws: what making the folder throws.
    public init() throws {
        folder = NSTemporaryDirectory() + "lockstep-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        // SQLite takes its own files away when the last connection closes, which may be at this very moment:
        // what is gone between looking and removing is looked for again.
        var fault: (any Error)?
        for _ in 0..<10 where FileManager.default.fileExists(atPath: folder) {
            do { try FileManager.default.removeItem(atPath: folder) } catch { fault = error }
        }
        if FileManager.default.fileExists(atPath: folder) {
            print("the folder '\(folder)' of a test could not be removed: \(fault.map { "\($0)" } ?? "")")
        }
    }

    /// Where a file of this name stands in the folder.
    public func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// A place for a database.
    public var database: String { path("lockstep.sqlite") }
}
