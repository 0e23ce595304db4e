/// The changes of a changelog in XML. What undoes a change is passed over.
enum ChangelogXML {
    static func changes(of text: String) -> [ChangelogChange] {
        var changes: [ChangelogChange] = []
        var open: ChangelogChange?
        var rest = text[...]
        var line = 1
        func pass(_ end: String.Index) {
            line += rest[..<end].utf8.lazy.filter { $0 == .newline }.count
            rest = rest[end...]
        }
        while let start = rest.firstIndex(of: "<") {
            pass(start)
            if rest.hasPrefix("<!--") {
                pass(rest.firstRange(of: "-->")?.upperBound ?? rest.endIndex)
                continue
            }
            guard let close = end(of: rest) else { break }
            let tag = rest[rest.index(after: rest.startIndex)..<close]
            let name = String(tag.prefix { !$0.isWhitespace && $0 != "/" || $0 == "/" && tag.first == "/" })
            let first = line
            pass(rest.index(after: close))
            if name == "rollback", !tag.hasSuffix("/") {
                pass(rest.firstRange(of: "</rollback>")?.upperBound ?? rest.endIndex)
            } else if name == "sql", !tag.hasSuffix("/") {
                let end = rest.firstRange(of: "</sql>")?.lowerBound ?? rest.endIndex
                var change = ChangelogChange(name: name, line: line)
                change.text = unescaped(String(rest[..<end]))
                changes.append(change)
                pass(end)
            } else if ChangelogChange.names.contains(name) {
                if let open { changes.append(open) }
                open = ChangelogChange(name: name, line: first, attributes: attributes(of: tag))
                if tag.hasSuffix("/") {
                    if let done = open { changes.append(done) }
                    open = nil
                }
            } else if name == "column" {
                open?.columns.append(attributes(of: tag))
            } else if name == "constraints", let last = open.map({ $0.columns.count - 1 }), last >= 0 {
                open?.columns[last].merge(attributes(of: tag)) { first, _ in first }
            } else if name.hasPrefix("/"), let done = open, name == "/" + done.name {
                changes.append(done)
                open = nil
            }
        }
        return changes
    }

    /// Where a tag ends: an attribute may hold `>`.
    private static func end(of text: Substring) -> String.Index? {
        var quote: Character?
        for index in text.indices {
            let letter = text[index]
            if let open = quote {
                if letter == open { quote = nil }
            } else if letter == "\"" || letter == "'" {
                quote = letter
            } else if letter == ">" {
                return index
            }
        }
        return nil
    }

    private static func attributes(of tag: Substring) -> [String: String] {
        var attributes: [String: String] = [:]
        var rest = tag.drop { !$0.isWhitespace }
        while let equals = rest.firstIndex(of: "=") {
            let key = rest[..<equals].split(whereSeparator: \.isWhitespace).last.map(String.init) ?? ""
            let value = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
            guard let quote = value.first, quote == "\"" || quote == "'",
                let end = value.dropFirst().firstIndex(of: quote)
            else { break }
            attributes[key] = unescaped(String(value[value.index(after: value.startIndex)..<end]))
            rest = value[value.index(after: end)...]
        }
        return attributes
    }

    private static func unescaped(_ text: String) -> String {
        var text = text.replacing("<![CDATA[", with: "").replacing("]]>", with: "")
        guard text.contains("&") else { return text }
        for (name, letter) in [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
        ] {
            text = text.replacing(name, with: letter)
        }
        return text
    }
}
