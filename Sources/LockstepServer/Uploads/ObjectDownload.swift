import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepUploads

/// An object of a storage as an answer: whole or in part (RFC 9110, section 14), never in memory whole.
public struct ObjectDownload: Sendable {
    private let storage: any ObjectStorage
    private let object: StoredObject
    private let disposition: String

    /// An answer that shows an object which this server made itself.
    /// - Parameter object: as it was stored; its version is asked for, and its type is believed.
    public init(_ object: StoredObject, in storage: any ObjectStorage) {
        self.storage = storage
        self.object = object
        disposition = "inline"
    }

    /// An answer with what a client has uploaded. Browsers save it under its name, and show none of it as a page of this
    /// server: what it says of itself is not to be believed.
    public init(_ upload: VerifiedUpload, in storage: any ObjectStorage) {
        self.storage = storage
        object = StoredObject(
            key: upload.key, size: upload.size, contentType: upload.contentType, version: upload.version,
            sha256: upload.sha256)
        // RFC 6266, section 5, and RFC 8187, section 3.2.
        let name = upload.filename.addingPercentEncoding(withAllowedCharacters: Self.plain) ?? "upload"
        disposition = "attachment; filename*=UTF-8''\(name)"
    }

    private static let plain = CharacterSet(
        charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")

    /// The answer to a GET or HEAD: 200, 206, 304, or 416.
    /// - Throws: ``Problem`` 409 (`upload_changed`) when the object is gone or was replaced; `StorageError`.
    public func response(to request: Request) async throws -> Response {
        var headers: HTTPFields = [
            .eTag: tag, .acceptRanges: "bytes", .contentDisposition: disposition,
            .contentType: object.contentType ?? "application/octet-stream", .xContentTypeOptions: "nosniff",
            .cacheControl: "private, no-cache", .contentSecurityPolicy: "default-src 'none'; sandbox",
        ]
        if request.headers[.ifNoneMatch].map(matches) ?? false {
            return Response(status: .notModified, headers: headers)
        }
        // Another object's rest is of no use to anybody.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        let range = isSame ? ByteRange(request.headers[.range], size: object.size) : .whole
        var bytes = 0..<object.size
        switch range {
        case .whole: break
        case .part(let part):
            bytes = part
            headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(object.size)"
        case .unsatisfiable:
            throw Problem(
                .rangeNotSatisfiable, code: "range_not_satisfiable",
                "there are \(object.size) bytes; ask for some of these",
                headers: [.contentRange: "bytes */\(object.size)"])
        }
        return Response(
            status: range == .whole ? .ok : .partialContent, headers: headers,
            body: try await body(bytes, isWanted: request.method != .head))
    }

    private func body(_ bytes: Range<Int64>, isWanted: Bool) async throws -> ResponseBody {
        do {
            guard isWanted else {
                guard try await storage.look(at: object.key)?.version == object.version else {
                    throw StorageError(.changed, "the object was replaced")
                }
                return ResponseBody(contentLength: bytes.count) { _ in }
            }
            let content = try await storage.read(object.key, version: object.version, range: bytes)
            return ResponseBody(contentLength: bytes.count) { writer in
                for try await part in content { try await writer.write(part) }
                try await writer.finish(nil)
            }
        } catch let error as StorageError where [.missing, .changed].contains(error.kind) {
            throw Problem(
                .conflict, code: VerifiedUpload.changedCode,
                "the object is gone or was replaced since it was verified; nothing of it is given")
        }
    }

    /// Versions may hold anything; a tag holds a hash of them.
    private var tag: String {
        let text = "\(object.key)\n\(object.version)"
        return "\"" + SHA256.hash(data: Data(text.utf8)).prefix(16).map(\.hex).joined() + "\""
    }

    private func matches(_ header: String) -> Bool {
        header == "*"
            || header.split(separator: ",").contains { part in
                let text = part.trimmingCharacters(in: .whitespaces)
                return (text.hasPrefix("W/") ? String(text.dropFirst(2)) : text) == tag
            }
    }
}
