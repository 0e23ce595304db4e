/// A paragraph of an article: what is searched, ranked and cited.
public struct Passage: Codable, Hashable, Sendable, Identifiable {
    /// The article's name and the paragraph's number from one, such as `tides.2`.
    public let id: String
    /// The title of the article.
    public let title: String
    /// The words.
    public let text: String

    /// Makes a passage.
    public init(id: String, title: String, text: String) {
        self.id = id
        self.title = title
        self.text = text
    }

    /// The name of the article that it belongs to.
    public var article: String { id.lastIndex(of: ".").map { String(id[..<$0]) } ?? id }

    /// Which paragraph of its article it is, from one.
    public var number: Int { id.lastIndex(of: ".").flatMap { Int(id[id.index(after: $0)...]) } ?? 1 }
}
