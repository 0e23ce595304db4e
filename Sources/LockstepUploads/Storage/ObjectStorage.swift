import NIOCore

/// Where objects are kept: files that clients upload, and files that workers leave behind.
///
/// One suite of tests holds for all storages. No method reads an object into memory whole.
public protocol ObjectStorage: Sendable {
    /// How messages name it: `S3`, or `the storage`.
    var name: String { get }

    /// Permits a client to put one object there once. Nothing is written yet, but for an upload in parts, which is
    /// begun.
    /// - Throws: ``StorageError``, for an object that is larger than the storage takes too.
    func permit(_ offer: UploadOffer) async throws -> UploadPermit

    /// Makes the parts that were sent one object; once they are, asking again changes nothing.
    /// - Returns: `false` when the parts are not all there as announced.
    func join(_ offer: UploadOffer, multipart: String) async throws -> Bool

    /// What is known of an object; `nil` when there is none.
    func look(at key: ObjectKey) async throws -> StoredObject?

    /// The bytes of an object, or some of them.
    /// - Parameters:
    ///   - version: nothing else is read; an object that was replaced throws ``StorageError/Kind/changed``.
    ///   - range: which bytes; `nil` for all.
    /// - Throws: ``StorageError``, of kind `missing` when there is none; the body too.
    func read(_ key: ObjectKey, version: String?, range: Range<Int64>?) async throws -> ObjectBody

    /// Puts a file of this machine there; an object of that name is replaced in one step.
    func put(file path: String, as key: ObjectKey, contentType: String) async throws -> StoredObject

    /// Erases an object, and whatever was sent of it in parts. One that is not there is no error.
    /// - Parameter multipart: the upload in parts that is to be given up as well.
    func delete(_ key: ObjectKey, multipart: String?) async throws
}

extension ObjectStorage {
    /// Writes an object into a file of this machine, which only this user can read. A file that is there is replaced.
    /// - Throws: ``StorageError``; a temporary ``Lockstep/Failure`` when the file cannot be written.
    public func fetch(_ key: ObjectKey, version: String?, to path: String) async throws {
        try await ObjectWriter.write(try await read(key, version: version, range: nil), to: path)
    }
}

/// The bytes of an object as they come.
public typealias ObjectBody = any AsyncSequence<ByteBuffer, any Error> & Sendable
