import Foundation
import Lockstep

/// Where a page of a list ended: the last job of it, as an opaque text.
struct ListCursor {
    let job: JobID

    init(_ job: JobID) { self.job = job }

    /// Reads the text of a cursor.
    /// - Throws: ``Problem`` 422 for a text that no list gave.
    init(_ text: String) throws {
        let padded = text.replacing("-", with: "+").replacing("_", with: "/")
        let filled = padded + String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: filled), let id = JobID(String(decoding: data, as: UTF8.self))
        else {
            throw Problem.unprocessable("'cursor' is none that a list gave; leave it out for the first page")
        }
        job = id
    }

    /// The text: base64url without padding (RFC 4648, section 5).
    var text: String {
        Data(job.text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
