/// What a learner asks. It may come from anybody and hold anything: here it becomes one line of visible text, which is
/// data for whatever comes after.
public struct Question: Hashable, Sendable {
    /// Longer questions are cut, and sent back by ``QuestionCheck``; counted in Unicode scalars.
    public static let longest = 500

    /// The question as one line of visible characters.
    public let text: String
    /// Whether it was longer than ``longest``.
    public let isCut: Bool
    /// The words that say what it is about: different ones, in lower case, of letters and digits alone, at most 24.
    /// They are what a full-text search is given, joined by its word for "or".
    public let words: [String]
    /// The stems of the words.
    let stems: [String]

    /// Reads a question.
    public init(_ raw: String) {
        (text, isCut) = PlainText.cleaned(raw, longest: Self.longest)
        var known: Set<String> = []
        var words: [String] = []
        for word in SearchWords.content(of: text) where known.insert(word).inserted && words.count < 24 {
            words.append(word)
        }
        self.words = words
        var stems: [String] = []
        for stem in words.map(SearchWords.stem) where !stems.contains(stem) { stems.append(stem) }
        self.stems = stems
    }
}
