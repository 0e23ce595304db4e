/// Writes a script by rules: whole passages, in an order that can be followed. It asks nobody, and the same request
/// always gives the same script.
public struct OfflineWriter: ScriptModel {
    /// How much of the best passage's score another one of the same article must have to be used, and how much one of
    /// another article.
    private static let (leastShare, leastForeignShare) = (0.2, 0.5)
    /// The most sentences of one section; longer ones become parts.
    private static let longestSection = 6

    /// Makes the writer.
    public init() {}

    /// Writes the script, or has the learner asked when there is nothing to write it from.
    public func answer(_ request: ScriptRequest) async throws -> ScriptAnswer {
        guard let best = request.passages.first(where: { Self.isAbout($0.passage, request.question) }) else {
            return .clarification(.nothingFound(for: request.question))
        }
        let articles = chosen(request, best: best)
        let titles = Self.joined(articles.map(\.title))
        var sections = [
            ScriptSection(
                title: "The question",
                sentences: [
                    ScriptSentence(text: "You asked: “\(request.question.text)”", citations: []),
                    ScriptSentence(
                        text: articles.count == 1
                            ? "The answer comes from the article “\(titles)”."
                            : "The answer comes from the articles \(titles).", citations: []),
                ])
        ]
        for article in articles { sections += Self.sections(article) }
        sections.append(Self.summary(articles[0]))
        let draft = ScriptDraft(title: Self.title(request.question), sections: sections)
        return .script(try Script(draft, for: request.question, from: request.passages.map(\.passage)))
    }

    private struct Article {
        let title: String
        /// What is used of every passage.
        var parts: [(passage: Passage, sentences: [String])]
    }

    /// What is used: the best passages as long as there is time, the last of them perhaps in part.
    private func chosen(_ request: ScriptRequest, best: RankedPassage) -> [Article] {
        // Some is needed for the frame around them.
        var left = request.seconds - 22
        var articles: [(name: String, article: Article)] = []
        for ranked in request.passages where Self.belongs(ranked, to: request.question, best: best) {
            var sentences: [String] = []
            for sentence in Sentences.of(ranked.passage.text)
            where sentence.count <= Script.longestSentence {
                let seconds = ReadingTime.seconds(of: sentence) + ReadingTime.sentencePause
                // The first sentence of all is used in any case: a script of nothing answers nothing.
                guard left >= seconds || (articles.isEmpty && sentences.isEmpty) else { break }
                sentences.append(sentence)
                left -= seconds
            }
            guard !sentences.isEmpty else { break }
            let part = (ranked.passage, sentences)
            if let index = articles.firstIndex(where: { $0.name == ranked.passage.article }) {
                articles[index].article.parts.append(part)
            } else if articles.count < 4 {
                articles.append(
                    (ranked.passage.article, Article(title: ranked.passage.title, parts: [part])))
            }
        }
        return articles.map { $0.article }
    }

    /// Whether a passage is used beside the best one.
    private static func belongs(_ ranked: RankedPassage, to question: Question, best: RankedPassage) -> Bool {
        ranked.passage.article == best.passage.article
            ? ranked.score >= leastShare * best.score
            : ranked.score >= leastForeignShare * best.score && isAbout(ranked.passage, question)
    }

    /// Whether a passage shares its title or more than one word with a question: a single word of several may mean
    /// something else there.
    private static func isAbout(_ passage: Passage, _ question: Question) -> Bool {
        let title = Set(SearchWords.all(of: passage.title).map(SearchWords.stem))
        let words = Set(SearchWords.all(of: passage.text).map(SearchWords.stem)).union(title)
        return !title.isDisjoint(with: question.stems)
            || words.intersection(question.stems).count >= min(2, question.stems.count)
    }

    /// The two sentences that the first article begins with: articles say first what matters most.
    private static func summary(_ article: Article) -> ScriptSection {
        let first = article.parts.min { $0.passage.number < $1.passage.number }
        let sentences = (first?.sentences ?? []).prefix(2).map { text in
            ScriptSentence(text: text, citations: first.map { [$0.passage.id] } ?? [])
        }
        return ScriptSection(
            title: "In short",
            sentences: sentences + [ScriptSentence(text: "Thank you for listening.", citations: [])])
    }

    /// One section, or as many parts as its passages make.
    private static func sections(_ article: Article) -> [ScriptSection] {
        let parts = article.parts.sorted { $0.passage.number < $1.passage.number }
        var groups: [[ScriptSentence]] = []
        for part in parts {
            let sentences = part.sentences.map { ScriptSentence(text: $0, citations: [part.passage.id]) }
            if let last = groups.last, last.count + sentences.count <= longestSection {
                groups[groups.count - 1] += sentences
            } else {
                groups.append(sentences)
            }
        }
        return groups.enumerated().map { index, sentences in
            let title = PlainText.cleaned(article.title, longest: Script.longestTitle - 10).text
            return ScriptSection(
                title: groups.count == 1 ? title : "\(title), part \(index + 1)", sentences: sentences)
        }
    }

    private static func title(_ question: Question) -> String {
        let (text, isCut) = PlainText.cleaned(question.text, longest: Script.longestTitle - 10)
        return isCut ? text + "…" : text
    }

    private static func joined(_ titles: [String]) -> String {
        guard titles.count > 1, let last = titles.last else { return titles.first ?? "" }
        let quoted = titles.map { "“\($0)”" }
        return "\(quoted.dropLast().joined(separator: ", ")) and “\(last)”"
    }
}
