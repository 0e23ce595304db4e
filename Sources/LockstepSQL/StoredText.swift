import Lockstep

/// Reads the texts in which databases keep what has no column type of its own.
///
/// What cannot be read must not keep a job, and the batch it is in, from being worked on.
package enum StoredText {
    /// A failure; a text that is none is shown as it stands.
    package static func failure(_ text: String) -> Failure {
        do {
            return try JSONText.decode(Failure.self, from: text)
        } catch {
            return .adminRequired(text, code: "unreadable_failure")
        }
    }

    /// A value, or the fallback where there is none or none that can be read.
    package static func value<Value: Decodable>(_ text: String?, or fallback: Value) -> Value {
        guard let text else { return fallback }
        do {
            return try JSONText.decode(Value.self, from: text)
        } catch {
            // Only plain SQL writes such a text; nothing is spent and nothing met, which is the careful way.
            return fallback
        }
    }

    /// What kind of line of a history it is, and whose; `nil` for what only a newer version knows. Such a line is left
    /// out here: it must not keep anybody from the others.
    package static func entry(
        kind kindText: String, actor actorText: String
    ) -> (HistoryEntry.Kind, Actor.Kind)? {
        guard let kind = HistoryEntry.Kind(rawValue: kindText), let actor = Actor.Kind(rawValue: actorText)
        else { return nil }
        return (kind, actor)
    }
}
