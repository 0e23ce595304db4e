/// A number about something, as a tile on its page.
public struct Fact: Hashable, Sendable {
    /// What it is.
    public var name: String
    /// How much it is, as people read it.
    public var value: String
    /// What is said under it.
    public var note: String

    /// A fact, in plain text.
    public init(_ name: String, _ value: String, note: String = "") {
        self.name = name
        self.value = value
        self.note = note
    }

    private func html(noted: Bool) -> String {
        let note = noted ? "<small>\(HTML.escape(note))</small>" : ""
        return "<div><dt>\(HTML.escape(name))</dt><dd>\(HTML.escape(value))\(note)</dd></div>"
    }

    /// Facts side by side; everything in them is escaped. A page's style sheet needs ``PageStyle/report`` for them.
    public static func html(_ facts: [Fact]) -> String {
        let noted = facts.contains { !$0.note.isEmpty }
        return "<dl class=\"facts\">\(facts.map { $0.html(noted: noted) }.joined())</dl>"
    }
}
