import Crypto
import Foundation
import Lockstep

/// The files of a ``DiskStorage``. Everything here blocks.
///
/// | folder | holds |
/// |---|---|
/// | `objects` | the objects: a key with `_` for `/` |
/// | `facts` | for each object its key, media type and SHA-256, under a name that says which file they speak of |
/// | `incoming` | what is being sent, until it is whole |
struct DiskFolder: Sendable {
    let root: String

    var objects: String { root + "/objects" }
    private var facts: String { root + "/facts" }
    private var incoming: String { root + "/incoming" }

    /// What is known of an object besides its bytes.
    struct Facts: Codable, Sendable {
        var key: String
        var contentType: String
        var sha256: String
    }

    private static func name(_ key: ObjectKey) -> String { key.text.replacing("/", with: "_") }

    func object(_ key: ObjectKey) -> String { "\(objects)/\(Self.name(key))" }
    private func facts(_ key: ObjectKey, _ file: FileFacts) -> String {
        "\(facts)/\(Self.name(key)).\(file.content)"
    }
    /// A new name for what is being sent.
    func temporary(_ key: ObjectKey) -> String { "\(incoming)/\(Self.name(key)).\(ObjectKey.random()).part" }

    /// Makes what is missing.
    func make() throws {
        for folder in [root, objects, facts, incoming] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw StorageError(
                    .misconfigured, "the folder '\(folder)' of uploads cannot be made; name one that can")
            }
        }
        try discardAbandoned()
    }

    /// Erases what was being sent when an earlier process ended. Another one may be at it at this moment, so that only
    /// what a day has left alone counts as abandoned.
    private func discardAbandoned() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: incoming) {
            let path = "\(incoming)/\(name)"
            guard let file = try FileFacts(at: path) else { continue }
            let age = Date().timeIntervalSince1970 - Double(file.modified) / 1e9
            if age > 86_400 { try remove(path) }
        }
    }

    /// The server's secret, made at the first start.
    func secret() throws -> SymmetricKey {
        let path = root + "/secret"
        if let key = try readSecret(path) { return key }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let temporary = "\(path).\(ObjectKey.random())"
        try write(Data((bytes.hexadecimal + "\n").utf8), to: temporary)
        // Of two processes that start at once, one is first.
        if try !FileFacts.rename(temporary, to: path) { try remove(temporary) }
        try FileFacts.synchronize(folder: root)
        guard let key = try readSecret(path) else { throw StorageError.file("read", ENOENT) }
        return key
    }

    private func readSecret(_ path: String) throws -> SymmetricKey? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw StorageError(.misconfigured, "the secret of the uploads, '\(path)', cannot be read")
        }
        let digits = text.filter { !$0.isWhitespace }
        guard digits.utf8.count == 64 else {
            throw StorageError(
                .misconfigured,
                "the secret of the uploads, '\(path)', is not as Lockstep writes it; take it away, and permits that were "
                    + "given end")
        }
        return SymmetricKey(data: SHA256.hash(data: Data(digits.utf8)))
    }

    // MARK: Objects

    /// Gives what was sent its name.
    /// - Parameter replacing: whether an object of that name is replaced.
    /// - Returns: the object; `nil` when there is one already.
    func publish(
        _ path: String, _ written: ObjectWriter.Result, as key: ObjectKey, contentType: String,
        replacing: Bool
    ) throws -> StoredObject? {
        let target = object(key)
        let before = try FileFacts(at: target)
        if before != nil, !replacing { return nil }
        // First what is known of it: whoever sees the object sees that as well.
        let known = Facts(key: key.text, contentType: contentType, sha256: written.sha256)
        let note = facts(key, written.facts)
        try write(Data(try JSONText.encode(known).utf8), to: note)
        try FileFacts.synchronize(folder: facts)
        if replacing {
            guard rename(path, target) == 0 else { throw StorageError.file("renamed", errno) }
        } else if try !FileFacts.rename(path, to: target) {
            try remove(note)
            return nil
        }
        try FileFacts.synchronize(folder: objects)
        if let before { try remove(facts(key, before)) }
        return try look(at: key)
    }

    /// What is known of an object; `nil` when there is none.
    func look(at key: ObjectKey) throws -> StoredObject? {
        try FileFacts(at: object(key)).map { describe($0, key) }
    }

    /// An object of which nothing was noted was put there by somebody else.
    func describe(_ file: FileFacts, _ key: ObjectKey) -> StoredObject {
        let known = known(of: key, file)
        return StoredObject(
            key: key, size: file.size, contentType: known?.contentType, version: file.version,
            sha256: known?.sha256)
    }

    private func known(of key: ObjectKey, _ file: FileFacts) -> Facts? {
        guard let data = FileManager.default.contents(atPath: facts(key, file)) else { return nil }
        do {
            return try JSONText.decode(Facts.self, from: String(decoding: data, as: UTF8.self))
        } catch {
            // Cut off by a crash: then nothing is known, and whoever needs the SHA-256 computes it.
            return nil
        }
    }

    /// Erases an object and whatever is being sent under its name.
    func delete(_ key: ObjectKey) throws {
        let path = object(key)
        if let file = try FileFacts(at: path) {
            try remove(path)
            try remove(facts(key, file))
        }
        let prefix = Self.name(key) + "."
        for name in try FileManager.default.contentsOfDirectory(atPath: incoming) where name.hasPrefix(prefix)
        {
            try remove("\(incoming)/\(name)")
        }
    }

    private func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw StorageError.file("removed", errno) }
    }

    /// Readable by the owner of the process alone from its first byte on, and on the disk.
    private func write(_ data: Data, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StorageError.file("made", errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: data)
            try handle.synchronize()
            try handle.close()
        } catch {
            throw StorageError(.unavailable, "a file of the storage could not be written: \(error)")
        }
    }
}
