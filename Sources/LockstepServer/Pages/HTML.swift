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

    /// An answer that is a page in the frame that all pages share, with a policy that allows its one style
    /// sheet and nothing else.
    /// - Parameters:
    ///   - title: the title, as plain text.
    ///   - css: the page's own style sheet, behind ``PageStyle``.
    ///   - refreshing: whether the page asks for itself again every two seconds, which needs no script.
    ///   - script: the page's own script, which runs when all of it is there.
    ///   - playsMedia: whether it shows films of this server.
    ///   - body: what stands in the body.
    public static func page(
        title: String, css: String, refreshing: Bool = false, script: String? = nil, playsMedia: Bool = false,
        body: String, status: HTTPResponse.Status = .ok
    ) -> Response {
        let security = SecurityHeaders(playsMedia: playsMedia)
        let script = script.map { "\n<script nonce=\"\(security.nonce)\">\($0)</script>" } ?? ""
        let refresh = refreshing ? "\n<meta http-equiv=\"refresh\" content=\"2\">" : ""
        let text = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">\(refresh)
            <link rel="icon" href="data:,">
            <title>\(escape(title))</title>
            <style nonce="\(security.nonce)">\(PageStyle.css)\(css)</style>
            </head>
            <body>
            \(body)\(script)
            </body>
            </html>

            """
        return page(text, security: security, status: status)
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
