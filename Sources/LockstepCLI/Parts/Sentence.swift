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
