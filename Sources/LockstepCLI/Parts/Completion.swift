import ArgumentParser
import Foundation
import Lockstep

/// What a shell completes by looking into the database that the line names.
enum Completion {
    /// The names of the installed lifecycles.
    static let lifecycles = CompletionKind.custom { words, _, _ in
        await definitions(words).map(\.name)
    }

    /// The statuses of the lifecycle that the line names, or of all.
    static let statuses = CompletionKind.custom { words, _, _ in
        await meant(words).flatMap(\.names)
    }

    /// Those of them that can be paused.
    static let pausable = CompletionKind.custom { words, _, _ in
        await meant(words).flatMap(\.statuses).filter { $0.kind == .queue || $0.kind == .work }.map(\.name)
    }

    private static func meant(_ words: [String]) async -> [Definition] {
        let all = await definitions(words)
        let named = all.filter { words.map(plain).contains($0.name) }
        return named.isEmpty ? all : named
    }

    private static func definitions(_ words: [String]) async -> [Definition] {
        var global = GlobalOptions()
        global.database = database(words.map(plain))
        do {
            return try await global.store().lifecycles()
        } catch {
            // A shell that completes a line has nowhere to show an error; running the line will.
            return []
        }
    }

    private static func database(_ words: [String]) -> String? {
        let option = "--database"
        if let word = words.last(where: { $0.hasPrefix(option + "=") }) {
            return String(word.dropFirst(option.count + 1))
        }
        guard let place = words.firstIndex(of: option), place + 1 < words.count else { return nil }
        // bash takes the line apart at `=` and `:`, of which URLs are full.
        var rest = words[(words[place + 1] == "=" ? place + 2 : place + 1)...]
        guard var word = rest.popFirst() else { return nil }
        while let mark = rest.first, mark == "=" || mark == ":" {
            word += rest.prefix(2).joined()
            rest = rest.dropFirst(2)
        }
        return word
    }

    /// A word of the line without its quotes.
    private static func plain(_ word: String) -> String {
        let text = word.filter { $0 != "\"" && $0 != "'" && $0 != "\\" }
        return text.hasPrefix("~/") ? NSHomeDirectory() + text.dropFirst() : text
    }
}
