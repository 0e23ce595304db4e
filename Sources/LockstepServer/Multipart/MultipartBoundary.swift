import HTTPTypes
import Lockstep

/// What separates the parts of a form (RFC 2046, section 5.1.1).
struct MultipartBoundary: Hashable, Sendable {
    /// The boundary without its dashes, 1 to 70 characters.
    let text: String

    /// Line end, two dashes and the boundary: what is looked for.
    var delimiter: [UInt8] { Array("\r\n--\(text)".utf8) }

    /// Reads the boundary from the request's Content-Type.
    /// - Throws: ``Problem``: 415 when the body is no form, 400 when the boundary is missing or malformed.
    init(contentType: String?) throws {
        let kind = contentType?.prefix { $0 != ";" }.lowercased().filter { $0 != " " && $0 != "\t" }
        guard let contentType, kind == "multipart/form-data" else {
            throw Problem(
                .unsupportedMediaType, code: "unsupported_media_type",
                "the body must be multipart/form-data", extensions: ["accepted": ["multipart/form-data"]])
        }
        guard let text = try MultipartHeader.parameters(of: contentType).parameters["boundary"] else {
            throw MultipartForm.broken("the Content-Type names no boundary")
        }
        guard (1...70).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed), text.last != " "
        else {
            throw MultipartForm.broken("the boundary must have 1 to 70 letters, digits or '()+_,-./:=?")
        }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
