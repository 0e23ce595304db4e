import Foundation
import NIOCore

/// A form with files, as a browser sends it: `multipart/form-data` (RFC 7578).
package struct MultipartBody: Sendable {
    private static let boundary = "----limit-of-a-test"
    private var parts = ByteBuffer()

    /// An empty form.
    package init() {}

    /// A form with one file.
    package init(file content: Data, named name: String) { add(content, named: name) }

    /// Adds a file.
    package mutating func add(
        _ content: Data, named name: String, as part: String = "file",
        type: String = "application/octet-stream"
    ) {
        parts.writeString(
            """
            --\(Self.boundary)\r
            Content-Disposition: form-data; name="\(part)"; filename="\(name)"\r
            Content-Type: \(type)\r
            \r\n
            """)
        parts.writeBytes(content)
        parts.writeString("\r\n")
    }

    /// The media type of the form.
    package var type: String { "multipart/form-data; boundary=\(Self.boundary)" }
    /// The whole form.
    package var bytes: ByteBuffer {
        var bytes = parts
        bytes.writeString("--\(Self.boundary)--\r\n")
        return bytes
    }
}
