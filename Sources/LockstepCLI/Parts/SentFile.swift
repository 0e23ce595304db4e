import Crypto
import Foundation
import Lockstep

/// A file that is to be sent: looked at and hashed once. Making one blocks.
struct SentFile: Sendable {
    let path: String
    let name: String
    let size: Int64
    let sha256: String

    private static let types = [
        "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska",
        "webm": "video/webm", "avi": "video/x-msvideo", "ts": "video/mp2t", "pdf": "application/pdf",
        "csv": "text/csv",
        "json": "application/json", "txt": "text/plain", "png": "image/png", "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "zip": "application/zip",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]

    init(_ path: String, _ stop: Offload.Stop) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandError("the file '\(path)' cannot be read; name one that can")
        }
        var hash = SHA256()
        var size: Int64 = 0
        while let bytes = try handle.read(upToCount: 1 << 20), !bytes.isEmpty {
            if stop.isRequested { throw CancellationError() }
            hash.update(data: bytes)
            size += Int64(bytes.count)
        }
        guard size > 0 else { throw CommandError("the file '\(path)' is empty; there is nothing to send") }
        self.path = path
        name = URL(filePath: path).lastPathComponent
        self.size = size
        sha256 = hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    /// The media type that the name's ending stands for.
    var contentType: String {
        Self.types[URL(filePath: name).pathExtension.lowercased()] ?? "application/octet-stream"
    }
}
