import Foundation
import Lockstep

/// Reads JSON that anybody may have written: its size and its depth are bounded, and the time is linear.
public enum BoundedJSON {
    /// Reads a JSON value (RFC 8259). Of equal names in an object the last one counts.
    /// - Parameters:
    ///   - mostBytes: longer data is refused unread.
    ///   - deepest: how many lists and objects may stand in one another.
    /// - Throws: ``JSONFault`` with one sentence about what is wrong, and the line.
    public static func read(_ data: Data, mostBytes: Int, deepest: Int = 100) throws(JSONFault) -> JSONValue {
        guard data.count <= mostBytes else {
            throw JSONFault(
                message: "the JSON has \(data.count) bytes, and \(mostBytes) are the most that is read")
        }
        var reader = JSONReader(Array(data), deepest: deepest)
        return try reader.document()
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
