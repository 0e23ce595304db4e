/// What is read out and shown: the same for every writer.
public struct Script: Codable, Hashable, Sendable {
    /// A passage that the script relies on.
    public struct Source: Codable, Hashable, Sendable {
        /// The passage's id.
        public let id: String
        /// The title of its article.
        public let title: String
    }

    /// The title of the video.
    public let title: String
    /// The question that it answers.
    public let question: String
    /// The sections, each of which becomes a chapter.
    public let sections: [ScriptSection]
    /// The passages that are cited, in the order in which they are cited first.
    public let sources: [Source]
    /// How many seconds reading it takes, with all pauses.
    public let readingTime: Double

    /// The longest title, in Unicode scalars.
    public static let longestTitle = 90
    /// The longest sentence, in Unicode scalars.
    public static let longestSentence = 600
    /// The most sections.
    public static let mostSections = 12
    /// The most sentences of all sections together.
    public static let mostSentences = 120

    /// Makes a script of what a writer has drafted, and checks it: a draft may come from a model and hold anything.
    /// - Parameter passages: those that the writer was given.
    /// - Throws: ``ScriptError``.
    public init(_ draft: ScriptDraft, for question: Question, from passages: [Passage]) throws {
        let known = Dictionary(passages.map { ($0.id, $0) }) { first, _ in first }
        let count = draft.sections.map(\.sentences.count).reduce(0, +)
        guard (1...Self.mostSections).contains(draft.sections.count) else {
            throw ScriptError.sections(draft.sections.count)
        }
        guard count <= Self.mostSentences else { throw ScriptError.sentences(count) }
        var sources: [Source] = []
        title = try Self.line(draft.title, "title", longest: Self.longestTitle)
        self.question = question.text
        sections = try draft.sections.map { section in
            let title = try Self.line(section.title, "title of a section", longest: Self.longestTitle)
            guard !section.sentences.isEmpty else { throw ScriptError.empty("section '\(title)'") }
            let sentences = try section.sentences.map { sentence in
                for id in sentence.citations {
                    guard let passage = known[id] else { throw ScriptError.citation(String(id.prefix(80))) }
                    let source = Source(id: id, title: passage.title)
                    if !sources.contains(source) { sources.append(source) }
                }
                return ScriptSentence(
                    text: try Self.line(sentence.text, "sentence", longest: Self.longestSentence),
                    citations: sentence.citations)
            }
            return ScriptSection(title: title, sentences: sentences)
        }
        guard !sources.isEmpty else { throw ScriptError.noCitation }
        self.sources = sources
        readingTime = (ReadingTime.seconds(of: sections) * 10).rounded() / 10
    }

    private static func line(_ raw: String, _ what: String, longest: Int) throws -> String {
        let (text, isCut) = PlainText.cleaned(raw, longest: longest)
        guard !text.isEmpty else { throw ScriptError.empty(what) }
        guard !isCut else { throw ScriptError.tooLong(what, longest) }
        return text
    }
}

/// What is wrong with a draft.
public enum ScriptError: Error, Hashable, CustomStringConvertible {
    /// It has none or too many sections.
    case sections(Int)
    /// It has too many sentences.
    case sentences(Int)
    /// Something in it has no visible text.
    case empty(String)
    /// Something in it is longer than it may be.
    case tooLong(String, Int)
    /// It cites a passage that its writer was not given.
    case citation(String)
    /// It cites nothing.
    case noCitation

    /// One sentence.
    public var description: String {
        switch self {
        case .sections(let count):
            "the script has \(count) sections; one to \(Script.mostSections) are accepted"
        case .sentences(let count):
            "the script has \(count) sentences; at most \(Script.mostSentences) are accepted"
        case .empty(let what): "a \(what) of the script is empty; it must have visible text"
        case .tooLong(let what, let longest):
            "a \(what) of the script is longer than the \(longest) characters that are accepted"
        case .citation(let id):
            "the script cites '\(id)', which is none of the passages that it was to be written from"
        case .noCitation: "the script cites no passage; it must say what it relies on"
        }
    }
}
