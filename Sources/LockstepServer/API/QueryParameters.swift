import Foundation
import Hummingbird
import Lockstep

/// The parameters behind a path's question mark (RFC 3986, section 3.4), read as forms write them: `+` is a space.
///
/// What is not known is refused, so that a misspelt filter does not give everything.
struct QueryParameters {
    private let values: [String: [String]]

    /// Reads the parameters of a request.
    /// - Parameter known: the names that may be there; `nil` for a page, which overlooks what it does not know.
    /// - Throws: ``Problem`` 422 for others, for one that is empty or no valid UTF-8, and for a query that is too long.
    init(of request: Request, known: [String]?) throws {
        var values: [String: [String]] = [:]
        let query = request.uri.query ?? ""
        guard query.utf8.count <= APILimits.longestQuery else {
            throw Problem.unprocessable("the query has more than \(APILimits.longestQuery) bytes")
        }
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try Self.decoded(parts[0])
            if let known, !known.contains(name) {
                let names =
                    known.isEmpty ? "there are none here" : "known are \(known.joined(separator: ", "))"
                throw Problem.unprocessable(
                    "unknown parameter '\(Problem.shortened(name.prefix(60)))'; \(names)",
                    code: "unknown_parameter", accepted: known)
            }
            let value = parts.count > 1 ? try Self.decoded(parts[1]) : ""
            guard !value.utf8.contains(0) else {
                throw Problem.unprocessable("'\(name)' holds a zero byte; send text")
            }
            values[name, default: []].append(value)
        }
        self.values = values
    }

    private static func decoded(_ text: Substring) throws -> String {
        guard let decoded = text.replacing("+", with: " ").removingPercentEncoding else {
            throw Problem.unprocessable("the query is no valid percent-encoding of UTF-8", code: "bad_query")
        }
        return decoded
    }

    /// The values of a parameter that may be there several times.
    func all(_ name: String, most: Int = 100) throws -> [String]? {
        guard let found = values[name] else { return nil }
        guard found.count <= most else {
            throw Problem.unprocessable("'\(name)' is there \(found.count) times; \(most) are allowed")
        }
        return found
    }

    /// What a field of a page's form asks for; `nil` when it is empty. It is cut off where no name is longer.
    func field(_ name: String) -> String? {
        values[name]?.first.flatMap { $0.isEmpty ? nil : String($0.prefix(NewJob.longestName)) }
    }

    /// The one value of a parameter.
    func text(_ name: String, longest: Int = NewJob.longestName) throws -> String? {
        guard let found = values[name], let value = found.first else { return nil }
        guard found.count == 1 else {
            throw Problem.unprocessable("'\(name)' is there \(found.count) times; send it once")
        }
        guard (1...longest).contains(value.utf8.count) else {
            throw Problem.unprocessable("'\(name)' must have 1 to \(longest) bytes of text")
        }
        return value
    }

    /// A whole number.
    func integer<Number: FixedWidthInteger & Sendable>(
        _ name: String, in range: ClosedRange<Number>
    ) throws -> Number? {
        guard values[name] != nil else { return nil }
        guard let text = try text(name), let number = Number(text), range.contains(number) else {
            throw Problem.unprocessable(
                "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `true` or `false`.
    func flag(_ name: String) throws -> Bool? {
        guard values[name] != nil else { return nil }
        guard let text = try text(name), let flag = Bool(text) else {
            throw Problem.unprocessable("'\(name)' must be true or false")
        }
        return flag
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let accepted = Choice.allCases.map(\.rawValue)
            throw Problem.unprocessable(
                "'\(name)' must be one of \(accepted.joined(separator: ", "))", accepted: accepted)
        }
        return choice
    }

    /// A moment.
    func time(_ name: String) throws -> Timestamp? {
        guard let text = try text(name, longest: 40) else { return nil }
        do {
            // Years of four digits alone: later ones are beyond what a moment can hold.
            guard text.utf8.dropFirst(4).first == UInt8(ascii: "-"), UInt(text.prefix(4)) != nil else {
                throw Problem.unprocessable("'\(name)' is no time")
            }
            return try JSONText.decode(Timestamp.self, from: try JSONText.encode(text))
        } catch {
            throw Problem.unprocessable(
                "'\(name)' is no time; write for example 2026-01-31T12:00:00Z (a + in a query is written %2B)"
            )
        }
    }
}
