/// The changes of a changelog in YAML, told by their indentation. What undoes a change is passed over.
enum ChangelogYAML {
    private struct Line {
        let number: Int
        let indent: Int
        let key: String
        let value: String
        let isItem: Bool
    }

    static func changes(of text: String) -> [ChangelogChange] {
        let raw = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var changes: [ChangelogChange] = []
        var at = 0
        while at < raw.count {
            guard let line = line(raw[at], at + 1) else {
                at += 1
                continue
            }
            let end = end(of: line, at, raw)
            if line.key == "rollback" {
                at = end
            } else if ChangelogChange.names.contains(line.key), line.value.isEmpty || line.key == "sql" {
                changes.append(change(line, at + 1..<end, raw))
                at = end
            } else {
                at += 1
            }
        }
        return changes
    }

    /// The first line that stands no deeper than one that opens a block.
    private static func end(of line: Line, _ at: Int, _ raw: [String]) -> Int {
        var end = at + 1
        while end < raw.count {
            let text = raw[end]
            let indent = text.prefix { $0 == " " }.count
            if indent < text.count, indent <= line.indent, !text.dropFirst(indent).hasPrefix("#") { break }
            end += 1
        }
        return end
    }

    private static func change(_ first: Line, _ body: Range<Int>, _ raw: [String]) -> ChangelogChange {
        if first.key == "sql", !first.value.isEmpty {
            return block(first, body, raw)
        }
        var change = ChangelogChange(name: first.key, line: first.number)
        var at = body.lowerBound
        while at < body.upperBound {
            guard let line = line(raw[at], at + 1) else {
                at += 1
                continue
            }
            if line.key == "sql" {
                return block(line, at + 1..<min(end(of: line, at, raw), body.upperBound), raw)
            }
            if line.key == "column", line.value.isEmpty {
                change.columns.append([:])
            } else if line.isItem, line.key == "name", !line.value.isEmpty, change.columns.isEmpty {
                change.columns.append([line.key: line.value])
            } else if !line.value.isEmpty {
                if change.columns.isEmpty || ["tableName", "columnName"].contains(line.key) {
                    change.attributes[line.key] = line.value
                } else {
                    change.columns[change.columns.count - 1][line.key] = line.value
                }
            }
            at += 1
        }
        return change
    }

    /// `sql: |` with the lines below it, or the text on the same line.
    private static func block(_ line: Line, _ body: Range<Int>, _ raw: [String]) -> ChangelogChange {
        if line.value.hasPrefix("|") || line.value.hasPrefix(">") {
            var change = ChangelogChange(name: "sql", line: line.number + 1)
            change.text = raw[body].joined(separator: "\n")
            return change
        }
        var change = ChangelogChange(name: "sql", line: line.number)
        change.text = ([line.value] + raw[body]).joined(separator: "\n")
        return change
    }

    /// `- key: value` as its parts; nil for comments and what has no key.
    private static func line(_ text: String, _ number: Int) -> Line? {
        var indent = 0
        var isItem = false
        var rest = text[...]
        while let first = rest.first, first == " " || (first == "-" && rest.dropFirst().first == " ") {
            isItem = isItem || first == "-"
            indent += 1
            rest = rest.dropFirst()
        }
        let key = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        guard !key.isEmpty, rest.dropFirst(key.count).first == ":" else { return nil }
        var value = String(rest.dropFirst(key.count + 1)).trimming()
        if value.count >= 2, let first = value.first, first == "\"" || first == "'", value.last == first {
            value = String(value.dropFirst().dropLast())
        }
        return Line(number: number, indent: indent, key: String(key), value: value, isItem: isItem)
    }
}

extension String {
    /// Without the spaces at both ends.
    fileprivate func trimming() -> String {
        let start = drop(while: \.isWhitespace)
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...end])
    }
}
