import HTTPTypes
import Hummingbird
import NIOCore

/// Pages for people.
public enum HTML {
    /// A text for use in an element or in a quoted attribute: `&`, `<`, `>`, `"` and `'` are escaped.
    ///
    /// It does not make a text safe inside a script, a style or an unquoted attribute.
    public static func escape(_ text: some StringProtocol) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// An answer that is a page.
    /// - Parameters:
    ///   - text: the whole document.
    ///   - security: the headers; made for each answer anew when they carry a nonce.
    public static func page(
        _ text: String, security: SecurityHeaders, status: HTTPResponse.Status = .ok
    ) -> Response {
        var headers = security.fields
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
