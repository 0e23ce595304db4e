import Foundation
import Hummingbird
import Lockstep
import NIOCore

/// The body of a request: a JSON object (RFC 8259) of known fields.
///
/// Values are read twice on purpose: texts and numbers strictly typed, free data as the text it was, so that
/// large numbers reach the job unrounded.
public struct RequestObject {
    private let typed: [String: Scalar]
    private let free: [String: Any]

    /// The longest body in bytes that the job routes read: the longest input and metadata, and 16 KiB for the
    /// rest.
    public static let longestBody = NewJob.longestInput + NewJob.longestMetadata + (16 << 10)

    /// Reads a request's body.
    /// - Parameters:
    ///   - fields: the fields that may be there; others are refused by name.
    ///   - limit: the longest body in bytes.
    /// - Throws: ``Problem``: 413 for a longer body, 400 for one that is no JSON or is nested deeper than 512
    ///   levels, 422 for one that is no object or has unknown fields.
    public init(reading request: Request, fields: [String], limit: Int = longestBody) async throws {
        try self.init(text: try await Self.body(of: request, limit: limit), fields: fields)
    }

    init(text: Data, fields: [String]) throws {
        let value: Any
        do {
            value = try JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed)
        } catch {
            throw Problem.badRequest("the body is no valid JSON", code: "bad_json")
        }
        guard let object = value as? [String: Any] else {
            throw Problem.unprocessable("the body must be a JSON object", code: "not_an_object")
        }
        let unknown = object.keys.filter { !fields.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let names = unknown.prefix(10).map { "'\(Problem.shortened($0.prefix(60)))'" }
            var problem = Problem.unprocessable(
                "unknown \(unknown.count == 1 ? "field" : "fields") \(names.joined(separator: ", ")); "
                    + "known are \(fields.joined(separator: ", "))", code: "unknown_field", accepted: fields)
            problem.extensions["unknown"] = .array(unknown.prefix(10).map { .string(String($0.prefix(60))) })
            throw problem
        }
        free = object
        typed = try JSONDecoder().decode([String: Scalar].self, from: text)
    }

    /// A text; `nil` when it is missing or null.
    /// - Parameter longest: in bytes of UTF-8.
    /// - Throws: ``Problem`` 422 when it is no text, is longer, or holds a zero byte, which databases refuse.
    public func text(_ field: String, longest: Int = 4096) throws -> String? {
        switch typed[field] {
        case nil, .null: return nil
        case .text(let text):
            guard text.utf8.count <= longest, !text.utf8.contains(0) else {
                throw Problem.unprocessable("'\(field)' must have at most \(longest) bytes of text")
            }
            return text
        default: throw Problem.unprocessable("'\(field)' must be a text")
        }
    }

    /// A text that must be there.
    /// - Throws: ``Problem`` 422; see ``text(_:longest:)``.
    public func requiredText(_ field: String, longest: Int = 4096) throws -> String {
        guard let text = try text(field, longest: longest) else {
            throw Problem.unprocessable("'\(field)' is missing; it must be a text")
        }
        return text
    }

    /// A whole number; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is something else or out of range.
    public func integer(_ field: String, in range: ClosedRange<Int>) throws -> Int? {
        switch typed[field] {
        case nil, .null: return nil
        case .integer(let number) where range.contains(number): return number
        default:
            throw Problem.unprocessable(
                "'\(field)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Any value as JSON text with sorted keys; `nil` when it is missing or null.
    public func json(_ field: String) throws -> String? {
        guard let value = free[field], !(value is NSNull) else { return nil }
        let options: JSONSerialization.WritingOptions = [
            .sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes,
        ]
        return String(
            decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
    }

    /// An object as JSON text with sorted keys; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is no object.
    public func object(_ field: String) throws -> String? {
        guard let text = try json(field) else { return nil }
        guard text.hasPrefix("{") else { throw Problem.unprocessable("'\(field)' must be a JSON object") }
        return text
    }

    private static func body(of request: Request, limit: Int) async throws -> Data {
        do {
            return Data(try await request.body.collect(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge("the body has more than \(limit) bytes", limit: limit)
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Problem.badRequest("the body broke off or is no well-formed HTTP", code: "bad_body")
        }
    }

    /// The values that are read strictly; everything else is free data.
    private enum Scalar: Decodable {
        case null, text(String), integer(Int), other

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else {
                self = Self.text(in: container) ?? Self.integer(in: container) ?? .other
            }
        }

        // A value of another type is an answer here, not an error.
        private static func text(in container: any SingleValueDecodingContainer) -> Scalar? {
            do { return .text(try container.decode(String.self)) } catch { return nil }
        }

        private static func integer(in container: any SingleValueDecodingContainer) -> Scalar? {
            do { return .integer(try container.decode(Int.self)) } catch { return nil }
        }
    }
}
