import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// The files of the dashboard, which are in the program itself. A file's path has a hash of what is in it, so that
/// browsers may keep it for ever and still never show an old one.
struct DashboardAssets {
    /// A file.
    struct File: Sendable {
        let path: String
        let type: String
        let text: String
        let tag: String

        init(_ name: String, _ ending: String, type: String, _ text: String) {
            let hash = SHA256.hash(data: Array(text.utf8)).hex.prefix(16)
            path = "/dashboard/assets/\(name)-\(hash).\(ending)"
            tag = "\"\(hash)\""
            self.type = type
            self.text = text
        }
    }

    static let style = File(
        "dashboard", "css", type: "text/css; charset=utf-8", DashboardStyle.css + DrawingStyle.css)
    static let script = File(
        "dashboard", "js", type: "text/javascript; charset=utf-8", DashboardScript.text)

    /// The file of a path's last part.
    /// - Throws: ``Problem`` 404.
    static func response(to name: String) throws -> Response {
        guard let file = [style, script].first(where: { $0.path.hasSuffix("/\(name)") }) else {
            throw Problem.notFound("there is no such file; load the page again")
        }
        var headers = HTTPFields()
        headers[.contentType] = file.type
        headers[.xContentTypeOptions] = "nosniff"
        headers[.cacheControl] = "public, max-age=31536000, immutable"
        headers[.eTag] = file.tag
        if let name = HTTPField.Name("Cross-Origin-Resource-Policy") { headers[name] = "same-origin" }
        return Response(
            status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: file.text)))
    }
}
