import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The fields of a small form as browsers send it: `application/x-www-form-urlencoded` (URL Standard,
/// section 5.1).
struct FormFields: Sendable {
    /// The longest form in bytes.
    static let longest = 16 << 10

    private let values: [String: String]

    /// Reads a request's body.
    /// - Throws: ``Problem``: 415 for another content type, 413 for a longer body, 400 for what cannot be read
    ///   or names a field twice.
    init(reading request: Request) async throws {
        self = try await Self.collect(request).form
    }

    /// The fields, and the body that they were read from.
    /// - Throws: see ``init(reading:)``.
    static func collect(_ request: Request) async throws -> (form: FormFields, body: ByteBuffer) {
        let type = request.headers[.contentType]?.prefix { $0 != ";" } ?? ""
        guard type.trimmingCharacters(in: .whitespaces).lowercased() == "application/x-www-form-urlencoded"
        else {
            throw Problem(
                .unsupportedMediaType, code: "not_a_form",
                "send the fields as application/x-www-form-urlencoded")
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collected(upTo: Self.longest)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge("the form has more than \(Self.longest) bytes", limit: Self.longest)
        }
        return (try FormFields(text: String(buffer: body)), body)
    }

    init(text: String) throws {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0])
            guard values.updateValue(try parts.count > 1 ? Self.decoded(parts[1]) : "", forKey: name) == nil
            else {
                throw Problem.badRequest("a field of the form is there twice", code: "bad_form")
            }
        }
        self.values = values
    }

    /// A field's value; `nil` when it is missing.
    subscript(_ name: String) -> String? { values[name] }

    /// Whether no field holds a zero byte, which databases take for no text.
    var isText: Bool { values.values.allSatisfy { !$0.utf8.contains(0) } }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw Problem.badRequest("the form is no valid percent-encoding", code: "bad_form")
        }
        return decoded
    }
}
