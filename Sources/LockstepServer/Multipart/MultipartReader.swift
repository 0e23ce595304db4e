import Crypto
import NIOCore

/// Puts the events of a ``MultipartParser`` where they belong: files to the disk, fields into memory.
struct MultipartReader {
    private let folder: String
    private let limits: MultipartLimits
    private var parser: MultipartParser
    private var total = 0
    private var parts: [MultipartPart] = []
    private var files: [PartFile] = []
    private var current: Current?

    /// The part that is being read.
    private struct Current {
        let header: MultipartHeader
        let file: PartFile?
        var field = ByteBuffer()
        var size = 0
    }

    init(boundary: MultipartBoundary, folder: String, limits: MultipartLimits) {
        self.folder = folder
        self.limits = limits
        parser = MultipartParser(boundary: boundary, headerLimit: limits.headers)
    }

    mutating func take(_ chunk: ByteBuffer) async throws {
        total += chunk.readableBytes
        guard total <= limits.total else { throw MultipartForm.tooLarge("the form", limits.total) }
        parser.feed(chunk)
        while let event = try parser.next() {
            switch event {
            case .part(let header): try await begin(header)
            case .bytes(let bytes): try await append(bytes)
            case .end: try await end()
            }
        }
    }

    /// The parts, when the whole form has come.
    mutating func finish() async throws -> [MultipartPart] {
        guard parser.isComplete else { throw MultipartForm.broken("it breaks off before its last boundary") }
        return parts
    }

    /// Removes everything that was written.
    /// - Throws: the first failure, after all files were tried.
    func removeFiles() async throws {
        var first: (any Error)?
        for file in files {
            do { try await file.remove() } catch { first = first ?? error }
        }
        if let first { throw first }
    }

    private mutating func begin(_ header: MultipartHeader) async throws {
        guard parts.count < limits.parts else {
            throw Problem.tooLarge("the form has more than \(limits.parts) parts", limit: limits.parts)
        }
        var file: PartFile?
        if header.filename != nil {
            let created = try await PartFile.create(in: folder)
            files.append(created)
            file = created
        }
        current = Current(header: header, file: file)
    }

    private mutating func append(_ bytes: ByteBuffer) async throws {
        guard var part = current else { return }
        part.size += bytes.readableBytes
        if let file = part.file {
            guard part.size <= limits.file else { throw MultipartForm.tooLarge("a file", limits.file) }
            try await file.write(bytes)
        } else {
            guard part.size <= limits.field else { throw MultipartForm.tooLarge("a field", limits.field) }
            var bytes = bytes
            part.field.writeBuffer(&bytes)
        }
        current = part
    }

    private mutating func end() async throws {
        guard let part = current else { return }
        current = nil
        var value: String?
        let digest: String
        if let file = part.file {
            digest = try await file.finish()
        } else {
            let bytes = part.field.readableBytesView
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw MultipartForm.broken("a field is no UTF-8")
            }
            value = text
            digest = SHA256.hash(data: Array(bytes)).hex
        }
        parts.append(
            MultipartPart(
                name: part.header.name, filename: part.header.filename, contentType: part.header.contentType,
                path: part.file?.path, value: value, size: part.size, sha256: digest))
    }
}
