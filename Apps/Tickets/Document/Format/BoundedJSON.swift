import Foundation
import Lockstep

/// Reads JSON that anybody may have written: how large and how deep it is, is known before it is read.
public enum BoundedJSON {
    /// Reads a JSON value.
    /// - Parameters:
    ///   - mostBytes: longer data is refused unread.
    ///   - deepest: how many lists and objects may stand in one another.
    /// - Throws: ``JSONFault`` with one sentence about what is wrong.
    public static func read(_ data: Data, mostBytes: Int, deepest: Int = 100) throws(JSONFault) -> JSONValue {
        guard data.count <= mostBytes else {
            throw JSONFault(
                message: "the JSON has \(data.count) bytes, and \(mostBytes) are the most that is read")
        }
        guard depth(of: data, most: deepest) <= deepest else {
            throw JSONFault(
                message: "the JSON is nested more than \(deepest) levels deep, which is the most that is read"
            )
        }
        do {
            return try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw JSONFault(message: "this is not valid JSON\(place(of: error))")
        }
    }

    /// How deeply lists and objects are nested, or one more than `most`.
    private static func depth(of data: Data, most: Int) -> Int {
        var (depth, deepest, inText, escaped) = (0, 0, false, false)
        for byte in data {
            if inText {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): inText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
                if deepest > most { return deepest }
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    /// Where the decoder stopped, when it says so in words that people understand.
    private static func place(of error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error,
            let inner = context.underlyingError as NSError?,
            let detail = inner.userInfo[NSDebugDescriptionErrorKey] as? String
        else { return "" }
        let line = detail.split(separator: ".").first.map(String.init) ?? detail
        return line.count < 150 ? " (\(line))" : ""
    }
}

/// Why JSON could not be read.
public struct JSONFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without its full stop and without the name of the file, which the caller knows.
    public let message: String
    /// The message.
    public var description: String { message }

    /// Makes a fault.
    public init(message: String) { self.message = message }
}
