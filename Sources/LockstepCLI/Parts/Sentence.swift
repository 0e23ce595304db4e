import Foundation
import Lockstep
import LockstepSQL

/// Errors as one sentence for people.
enum Sentence {
    /// The sentence of an error.
    static func of(_ error: any Error) -> String {
        switch error {
        case let error as DecodingError: of(error)
        case let error as any CustomStringConvertible & Error: error.description
        default: error.localizedDescription
        }
    }

    /// Names as they are listed in a sentence.
    static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }

    /// Where a text stops to be JSON; `nil` when it is JSON.
    static func brokenJSON(_ text: String) -> String? {
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            return nil
        } catch {
            let said = (error as NSError).userInfo["NSDebugDescription"] as? String ?? "it cannot be read"
            return said.hasSuffix(".") ? String(said.dropLast()) : said
        }
    }

    /// What was wrong in a JSON text, and where.
    static func of(_ error: DecodingError) -> String {
        let (context, words): (DecodingError.Context, String?) =
            switch error {
            case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
            case .typeMismatch(let type, let context): (context, "a value of type \(type) is expected")
            case .valueNotFound(let type, let context): (context, "a value of type \(type) is missing")
            case .dataCorrupted(let context): (context, nil)
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: "\(error)"), nil)
            }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        let place = path.isEmpty ? "" : "at \(path.hasPrefix(".") ? String(path.dropFirst()) : path): "
        let said = context.debugDescription
        return place + (words ?? (said.hasSuffix(".") ? String(said.dropLast()) : said))
    }
}
