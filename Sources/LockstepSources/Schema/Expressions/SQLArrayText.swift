/// Arrays as PostgreSQL writes them in a string: `{a,"b c",NULL}`.
enum SQLArrayText {
    /// The items, nil for NULL; nil when the text is no flat array.
    static func items(of text: String) -> [String?]? {
        guard text.hasPrefix("{"), text.hasSuffix("}"), text.count >= 2 else { return nil }
        let inner = text.dropFirst().dropLast()
        guard !inner.isEmpty else { return [] }
        var items: [String?] = []
        var item = ""
        var isQuoted = false
        var wasQuoted = false
        var isEscaped = false
        for character in inner {
            if isEscaped {
                item.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
                wasQuoted = true
            } else if character == ",", !isQuoted {
                items.append(closed(item, wasQuoted))
                item = ""
                wasQuoted = false
            } else if character == "{", !isQuoted {
                return nil
            } else {
                item.append(character)
            }
        }
        items.append(closed(item, wasQuoted))
        return items
    }

    private static func closed(_ item: String, _ wasQuoted: Bool) -> String? {
        !wasQuoted && item.lowercased() == "null" ? nil : item
    }
}
