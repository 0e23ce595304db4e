#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a job was started with, or left behind, and this process cannot read: the type changed since it was
/// written, or somebody wrote it by hand.
///
/// It takes an administrator: a job whose input cannot be read is parked at its first attempt, where it is,
/// and goes on by a retry once code is deployed that reads it.
public struct UnreadableValue: FailureConvertible, Hashable, CustomStringConvertible {
    /// What of a job is read by a type of its lifecycle.
    public enum Part: String, Hashable, Sendable {
        /// What it was started with.
        case input
        /// What it left behind.
        case output
        /// The free data beside it.
        case metadata
    }

    /// The job.
    public let job: JobID
    /// What of it cannot be read.
    public let part: Part
    /// What is wrong, and where: `the field 'title' is missing`.
    public let fault: String
    /// One sentence: which job, what is wrong where, and what would be right.
    public let description: String

    /// The failure that parks the job: `bad_input`, `bad_output` or `bad_metadata`.
    public var failure: Failure { .adminRequired(description, code: "bad_\(part.rawValue)") }

    init(_ error: any Error, in text: String, of job: JobID, _ part: Part, as type: Any.Type) {
        self.job = job
        self.part = part
        fault = Self.fault(error, in: text)
        let cure =
            part == .input
            ? "deploy code that reads it, then retry the job"
            : "read it with the type that wrote it"
        description = "the \(part.rawValue) of job \(job) cannot be read as \(type): \(fault); \(cure)"
    }

    // MARK: Words

    private static func fault(_ error: any Error, in text: String) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        let whole: JSONValue
        do {
            whole = try JSONValue(parsing: text)
        } catch {
            return "it is no JSON"
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context.codingPath + [key])) is missing"
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            let found = whole.value(at: context.codingPath)
            return "\(place(context.codingPath)) is \(kind(of: found)) where \(words(for: type)) is expected"
        case .dataCorrupted(let context):
            let found = whole.value(at: context.codingPath)
            return "\(place(context.codingPath)) is \(shown(found)), which is none of the values that are "
                + "expected (\(sentence(context.debugDescription)))"
        @unknown default: return "\(error)"
        }
    }

    /// `the field 'pages[2].title'`, or `it` for the whole value.
    private static func place(_ path: [any CodingKey]) -> String {
        guard !path.isEmpty else { return "it" }
        let text = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        return "the field '\(text.hasPrefix(".") ? String(text.dropFirst()) : text)'"
    }

    private static func words(for type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is Date.Type: "a time"
        default:
            if "\(type)".hasPrefix("Array<") {
                "a list"
            } else if "\(type)".hasPrefix("Dictionary<") {
                "an object"
            } else {
                "a value of type \(type)"
            }
        }
    }

    private static func kind(of value: JSONValue?) -> String {
        switch value {
        case nil: "missing"
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The value itself where it is short, so that a word nobody expected is recognised.
    private static func shown(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): "'\(text.count > 40 ? text.prefix(39) + "…" : text)'"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        default: kind(of: value)
        }
    }

    private static func sentence(_ text: String) -> String {
        text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}

extension JSONValue {
    /// The value at a decoder's path.
    fileprivate func value(at path: [any CodingKey]) -> JSONValue? {
        path.reduce(self) { value, key in
            if case .array(let items)? = value, let index = key.intValue {
                return items.indices.contains(index) ? items[index] : nil
            }
            return value?[key.stringValue]
        }
    }
}
