import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import NIOCore

/// The body of a request: a JSON object (RFC 8259) of known fields.
///
/// Texts and numbers are read strictly typed, free data as the text that it was, so that large numbers reach the
/// job unrounded. What two readers could understand differently is refused: a name that is there twice, half of a
/// surrogate pair, a number beyond a double's range.
public struct RequestObject: Sendable {
    private let bytes: [UInt8]
    private let members: [String: (kind: JSONScanner.Kind, range: Range<Int>)]
    private let path: String

    /// The longest body in bytes that the job routes read.
    public static let longestBody = APILimits.longestBody

    /// Reads a request's body.
    /// - Parameters:
    ///   - fields: the fields that may be there; others are refused by name.
    ///   - limit: the longest body in bytes.
    ///   - isRequired: whether there must be a body; without one that need not be there, all fields are missing.
    /// - Throws: ``Problem``: 415 for another content type, 413 for a longer body, 400 for one that is no JSON or is
    ///   nested deeper than 512 levels, 422 for one that is no object or has unknown fields.
    public init(
        reading request: Request, fields: [String], limit: Int = longestBody, isRequired: Bool = true
    ) async throws {
        try Self.checkType(of: request)
        let bytes = try await Self.body(of: request.body, limit: limit)
        if bytes.isEmpty, !isRequired {
            self.init()
            return
        }
        try self.init(bytes, fields: fields)
    }

    init() {
        bytes = []
        members = [:]
        path = ""
    }

    init(_ bytes: [UInt8], fields: [String]) throws {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw Problem.badRequest("the body is no UTF-8", code: "bad_json")
        }
        let found: (kind: JSONScanner.Kind, range: Range<Int>)
        do throws(JSONFault) {
            found = try bytes.scanned { scanner throws(JSONFault) in try scanner.document() }
        } catch {
            throw Self.problem(error)
        }
        try self.init(bytes, found.range, found.kind, fields: fields, path: "")
    }

    private init(
        _ bytes: [UInt8], _ range: Range<Int>, _ kind: JSONScanner.Kind, fields: [String], path: String
    ) throws {
        guard kind == .object else {
            let what = path.isEmpty ? "the body" : "'\(path)'"
            throw Problem.unprocessable("\(what) must be a JSON object", code: "not_an_object")
        }
        // It was scanned before as a whole.
        let found = try bytes.scanned(from: range.lowerBound) { scanner throws(JSONFault) in
            try scanner.members()
        }
        let unknown = found.map(\.name).filter { !fields.contains($0) }.sorted()
        guard unknown.isEmpty else {
            let names = unknown.prefix(10).map { "'\(Problem.shortened($0.prefix(60)))'" }
            let place = path.isEmpty ? "" : " in '\(path)'"
            var problem = Problem.unprocessable(
                "unknown \(unknown.count == 1 ? "field" : "fields") \(names.joined(separator: ", "))\(place); "
                    + "known are \(fields.joined(separator: ", "))", code: "unknown_field", accepted: fields)
            problem.extensions["unknown"] = .array(unknown.prefix(10).map { .string(String($0.prefix(60))) })
            throw problem
        }
        self.bytes = bytes
        self.path = path
        members = Dictionary(found.map { ($0.name, ($0.kind, $0.range)) }, uniquingKeysWith: { $1 })
    }

    private static func problem(_ fault: JSONFault) -> Problem {
        switch fault {
        case .malformed: .badRequest("the body is no valid JSON", code: "bad_json")
        case .tooDeep:
            .badRequest("the body is nested deeper than \(JSONScanner.deepest) levels", code: "bad_json")
        case .doubled(let name):
            .badRequest(
                "an object of the body has '\(Problem.shortened(name.prefix(60)))' twice; send it once",
                code: "bad_json")
        }
    }

    // MARK: Fields

    private func label(_ field: String) -> String { path.isEmpty ? "'\(field)'" : "'\(path).\(field)'" }

    private func member(_ field: String) -> (kind: JSONScanner.Kind, range: Range<Int>)? {
        guard let member = members[field], member.kind != .null else { return nil }
        return member
    }

    private func words(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether a field is there as null, where that means something else than a field that is missing.
    public func isNull(_ field: String) -> Bool { members[field]?.kind == .null }

    /// A text; `nil` when it is missing or null.
    /// - Parameter longest: in bytes of UTF-8.
    /// - Throws: ``Problem`` 422 when it is no text, is longer, or holds a zero byte, which databases refuse.
    public func text(_ field: String, longest: Int = 4096) throws -> String? {
        guard let member = member(field) else { return nil }
        guard member.kind == .string else { throw Problem.unprocessable("\(label(field)) must be a text") }
        let text = bytes.withUnsafeBufferPointer { JSONScanner.text($0, member.range) }
        guard text.utf8.count <= longest, !text.utf8.contains(0) else {
            throw Problem.unprocessable("\(label(field)) must have at most \(longest) bytes of text")
        }
        return text
    }

    /// A text that must be there.
    /// - Throws: ``Problem`` 422; see ``text(_:longest:)``.
    public func requiredText(_ field: String, longest: Int = 4096) throws -> String {
        guard let text = try text(field, longest: longest) else {
            throw Problem.unprocessable("\(label(field)) is missing; it must be a text")
        }
        return text
    }

    /// A whole number; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is something else or out of range.
    public func integer(_ field: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let member = member(field) else { return nil }
        guard member.kind == .number, let number = Self.integer(words(member.range)), range.contains(number)
        else {
            throw Problem.unprocessable(
                "\(label(field)) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A whole number that must be there.
    /// - Throws: ``Problem`` 422; see ``integer(_:in:)``.
    public func requiredInteger(_ field: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = try integer(field, in: range) else {
            throw Problem.unprocessable("\(label(field)) is missing; it must be a whole number")
        }
        return number
    }

    /// `2.0` and `2e1` are whole numbers too, as JSON Schema sees it.
    private static func integer(_ text: String) -> Int? {
        if let number = Int(text) { return number }
        guard let number = Double(text), number.magnitude < 9_007_199_254_740_992 else { return nil }
        return Int(exactly: number)
    }

    /// True or false; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is something else.
    func flag(_ field: String) throws -> Bool? {
        guard let member = member(field) else { return nil }
        guard case .bool(let flag) = member.kind else {
            throw Problem.unprocessable("\(label(field)) must be true or false")
        }
        return flag
    }

    /// Any value as the JSON text that was sent; `nil` when it is missing or null.
    public func json(_ field: String) -> String? { member(field).map { words($0.range) } }

    /// An object as the JSON text that was sent; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is no object.
    public func object(_ field: String) throws -> String? {
        guard let member = member(field) else { return nil }
        guard member.kind == .object else {
            throw Problem.unprocessable("\(label(field)) must be a JSON object")
        }
        return words(member.range)
    }

    /// An object of known fields; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is no object or has other fields.
    public func part(_ field: String, fields: [String]) throws -> RequestObject? {
        guard let member = member(field) else { return nil }
        return try RequestObject(bytes, member.range, member.kind, fields: fields, path: field)
    }

    /// The elements of a list, each a body of its own; `nil` when it is missing or null. What is wrong with one of
    /// them is that one's problem.
    /// - Throws: ``Problem`` 422 when it is no list or has another number of elements.
    func parts(
        _ field: String, count: ClosedRange<Int>, fields: [String]
    ) throws -> [Result<RequestObject, Problem>]? {
        guard let member = member(field) else { return nil }
        let found = try elements(field, member)
        guard count.contains(found.count) else {
            throw Problem.unprocessable(
                "\(label(field)) must have \(count.lowerBound) to \(count.upperBound) elements")
        }
        return try found.map { element in
            do {
                return .success(
                    try RequestObject(bytes, element.range, element.kind, fields: fields, path: ""))
            } catch let problem as Problem {
                return .failure(problem)
            }
        }
    }

    /// An object whose members are lists of texts; `nil` when it is missing or null.
    /// - Throws: ``Problem`` 422 when it is something else.
    func lists(_ field: String) throws -> [String: [String]]? {
        guard let member = member(field) else { return nil }
        let wrong = Problem.unprocessable("\(label(field)) must be an object of lists of texts")
        guard member.kind == .object else { throw wrong }
        let found = try bytes.scanned(from: member.range.lowerBound) { scanner throws(JSONFault) in
            try scanner.members()
        }
        var lists: [String: [String]] = [:]
        for (name, kind, range) in found {
            guard kind == .array else { throw wrong }
            let items = try bytes.scanned(from: range.lowerBound) { scanner throws(JSONFault) in
                try scanner.elements()
            }
            lists[name] = try items.map { item in
                guard item.kind == .string else { throw wrong }
                return bytes.withUnsafeBufferPointer { JSONScanner.text($0, item.range) }
            }
        }
        return lists
    }

    private func elements(
        _ field: String, _ member: (kind: JSONScanner.Kind, range: Range<Int>)
    ) throws -> [(kind: JSONScanner.Kind, range: Range<Int>)] {
        guard member.kind == .array else { throw Problem.unprocessable("\(label(field)) must be a list") }
        return try bytes.scanned(from: member.range.lowerBound) { scanner throws(JSONFault) in
            try scanner.elements()
        }
    }

    // MARK: Reading

    /// Clients that name a content type name JSON; one that names none is taken at its word's absence.
    private static func checkType(of request: Request) throws {
        let types = request.headers[values: .contentType]
        guard let header = types.first else { return }
        let type = header.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard types.count == 1, type == "application/json" || type.hasSuffix("+json") else {
            throw Problem(
                .unsupportedMediaType, code: "not_json",
                "send the body as application/json, not as '\(Problem.shortened(header.prefix(100)))'")
        }
    }

    private static func body(of body: RequestBody, limit: Int) async throws -> [UInt8] {
        do {
            return Array(try await body.collected(upTo: limit).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge("the body has more than \(limit) bytes", limit: limit)
        } catch let error as CancellationError {
            throw error
        } catch let problem as Problem {
            throw problem
        } catch {
            throw Problem.badRequest("the body broke off or is no well-formed HTTP", code: "bad_body")
        }
    }
}

extension [UInt8] {
    /// Scans the bytes from a position on.
    fileprivate func scanned<Result>(
        from position: Int = 0, _ scan: (inout JSONScanner) throws(JSONFault) -> Result
    ) throws(JSONFault) -> Result {
        let outcome = withUnsafeBufferPointer { buffer -> Swift.Result<Result, JSONFault> in
            var scanner = JSONScanner(buffer, from: position, refusingDoubles: true)
            do throws(JSONFault) {
                return .success(try scan(&scanner))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }
}
