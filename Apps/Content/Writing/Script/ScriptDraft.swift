/// A script as a writer hands it in, before it is checked. A language model answers with it as JSON.
public struct ScriptDraft: Codable, Hashable, Sendable {
    /// The title of the video.
    public var title: String
    /// The sections.
    public var sections: [ScriptSection]

    /// Makes a draft.
    public init(title: String, sections: [ScriptSection]) {
        self.title = title
        self.sections = sections
    }
}
