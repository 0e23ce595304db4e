/// A part of a script with a title, which becomes a chapter.
public struct ScriptSection: Codable, Hashable, Sendable {
    /// The title.
    public let title: String
    /// The sentences, in their order; never none.
    public let sentences: [ScriptSentence]

    /// Makes a section.
    public init(title: String, sentences: [ScriptSentence]) {
        self.title = title
        self.sentences = sentences
    }
}

/// A sentence that is read out.
public struct ScriptSentence: Codable, Hashable, Sendable {
    /// The words.
    public let text: String
    /// The ids of the passages that it relies on.
    public let citations: [String]

    /// Makes a sentence.
    public init(text: String, citations: [String]) {
        self.text = text
        self.citations = citations
    }
}
