/// A statement that makes something of the schema: what it makes, and how it is called.
struct Statement {
    enum Kind: String {
        case table, index, trigger, function
    }
    let kind: Kind
    /// Without the schema.
    let name: String
    let text: String

    /// `nil` for a statement that makes nothing, such as `ALTER TABLE … SET`.
    init?(_ text: String) {
        let words = SQLWords(text).words
        guard words.first == "create",
            let place = words.prefix(5).firstIndex(where: { Kind(rawValue: $0) != nil }),
            let kind = Kind(rawValue: words[place]), place + 1 < words.count
        else { return nil }
        self.kind = kind
        self.text = text
        name = words[place + 1].split(separator: ".").last.map(String.init) ?? words[place + 1]
    }
}
