import Foundation
import NIOCore

@testable import LockstepServer

/// Forms as a client would write them, and how they are cut and read.
enum FormText {
    static let boundary = "AaB03x"
    static let contentType = "multipart/form-data; boundary=AaB03x"

    static func file(_ name: String, _ filename: String, _ content: [UInt8]) -> [UInt8] {
        Array(
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(filename)\"\r\nContent-Type: text/csv\r\n\r\n"
                .utf8) + content + Array("\r\n".utf8)
    }

    static func field(_ name: String, _ value: String) -> [UInt8] {
        Array("--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }

    static let end = Array("--\(boundary)--\r\n".utf8)

    /// The bytes in chunks of a size.
    static func chunks(_ bytes: [UInt8], of size: Int) -> [ByteBuffer] {
        stride(from: 0, to: bytes.count, by: size).map {
            ByteBuffer(bytes: bytes[$0..<min($0 + size, bytes.count)])
        }
    }

    static func body(_ chunks: [ByteBuffer]) -> AsyncStream<ByteBuffer> {
        AsyncStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
    }

    /// The parts that a parser finds, joined.
    static func parse(_ chunks: [ByteBuffer]) throws -> [(header: MultipartHeader, content: [UInt8])] {
        var parser = MultipartParser(
            boundary: try MultipartBoundary(contentType: contentType), headerLimit: 16 << 10)
        var parts: [(header: MultipartHeader, content: [UInt8])] = []
        var ended = 0
        for chunk in chunks {
            parser.feed(chunk)
            while let event = try parser.next() {
                switch event {
                case .part(let header): parts.append((header, []))
                case .bytes(let bytes): parts[parts.count - 1].content += bytes.readableBytesView
                case .end: ended += 1
                }
            }
        }
        guard parser.isComplete, ended == parts.count else { throw MultipartForm.broken("not complete") }
        return parts
    }
}

/// A folder that is gone when the test is over.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/lockstep-" + RandomText.hex(bytes: 8)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    var files: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path) } }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch {
            print("left behind: \(path): \(error)")
        }
    }
}
