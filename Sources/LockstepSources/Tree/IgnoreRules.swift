/// The rules of one `.gitignore` file.
struct IgnoreRules: Sendable {
    private struct Rule: Sendable {
        let pattern: [UInt8]
        let isNegated: Bool
        let isFolderOnly: Bool
        /// Whether it is matched with the whole path rather than with the last part of it.
        let isAnchored: Bool
    }

    private let rules: [Rule]
    /// The folder the file lies in, with `/` at the end; empty for the root.
    private let prefix: String

    init(_ text: String, folder: String) {
        prefix = folder.isEmpty ? "" : folder + "/"
        rules = text.split(whereSeparator: \.isNewline).compactMap { line in
            var pattern = Substring(line)
            while pattern.last == " " { pattern.removeLast() }
            if pattern.isEmpty || pattern.hasPrefix("#") { return nil }
            let isNegated = pattern.hasPrefix("!")
            if isNegated { pattern.removeFirst() }
            let isFolderOnly = pattern.hasSuffix("/")
            if isFolderOnly { pattern.removeLast() }
            let isAnchored = pattern.contains("/")
            if pattern.hasPrefix("/") { pattern.removeFirst() }
            if pattern.isEmpty || pattern.utf8.count > 400 { return nil }
            return Rule(
                pattern: Array(pattern.utf8), isNegated: isNegated, isFolderOnly: isFolderOnly,
                isAnchored: isAnchored)
        }
    }

    /// Whether the last rule that fits leaves the path out.
    func ignores(_ path: String, isFolder: Bool) -> Bool { decision(path, isFolder: isFolder) == false }
    /// Whether the last rule that fits takes it in again.
    func keeps(_ path: String, isFolder: Bool) -> Bool { decision(path, isFolder: isFolder) == true }

    private func decision(_ path: String, isFolder: Bool) -> Bool? {
        guard path.hasPrefix(prefix) else { return nil }
        let inner = Array(path.utf8.dropFirst(prefix.utf8.count))
        let name = inner.lastIndex(of: UInt8(ascii: "/")).map { Array(inner[($0 + 1)...]) } ?? inner
        for rule in rules.reversed() where !rule.isFolderOnly || isFolder {
            if Self.matches(rule.pattern, rule.isAnchored ? inner : name) { return rule.isNegated }
        }
        return nil
    }

    /// `*` and `?` within a part, `**` across parts. Each star remembers only the last place it was tried at, so that
    /// no pattern costs more than the product of both lengths.
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var at = 0
        var place = 0
        var star: (at: Int, place: Int, isDeep: Bool)?
        var deep: (at: Int, place: Int)?
        while place < text.count {
            if at < pattern.count, pattern[at] == .star {
                var isDeep = false
                var next = at
                while next < pattern.count, pattern[next] == .star { next += 1 }
                isDeep = next - at > 1
                // `**/` also stands for nothing.
                if isDeep, next < pattern.count, pattern[next] == .slash { next += 1 }
                star = (next, place, isDeep)
                if isDeep { deep = (next, place) }
                at = next
            } else if at < pattern.count,
                pattern[at] == text[place] || (pattern[at] == .question && text[place] != .slash)
            {
                at += 1
                place += 1
            } else if let last = star, last.isDeep || text[last.place] != .slash {
                star?.place += 1
                place = last.place + 1
                at = last.at
            } else if let last = deep {
                deep?.place += 1
                star = nil
                place = last.place + 1
                at = last.at
            } else {
                return false
            }
        }
        while at < pattern.count, pattern[at] == .star { at += 1 }
        return at == pattern.count
    }
}
