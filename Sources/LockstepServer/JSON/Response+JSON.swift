import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

extension Response {
    /// An answer of JSON text (RFC 8259) that no cache keeps.
    public static func json(
        _ text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(string: text), status, headers)
    }

    /// An answer that is a value as JSON, and that no cache keeps.
    /// - Throws: what the value throws when it is encoded.
    public static func json(
        encoding value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        json(try JSONText.encode(value), status: status, headers: headers)
    }

    /// An answer of JSON that no cache keeps.
    static func json(
        _ writer: JSONWriter, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(bytes: writer.bytes), status, headers)
    }

    private static func json(
        _ body: ByteBuffer, _ status: HTTPResponse.Status, _ headers: HTTPFields
    ) -> Response {
        var fields = headers
        fields[.contentType] = "application/json; charset=utf-8"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.cacheControl] = "no-store"
        return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
    }
}
