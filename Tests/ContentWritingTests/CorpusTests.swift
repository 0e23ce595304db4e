import ContentWriting
import Foundation
import Testing

@Suite struct CorpusTests {
    @Test func theRepositorysCorpus() throws {
        let corpus = try Shelf().corpus
        #expect(Set(corpus.passages.map(\.article)).count == 57)
        #expect(Set(corpus.passages.map(\.id)).count == corpus.passages.count)
        for passage in corpus.passages {
            #expect((80...900).contains(passage.text.count), "\(passage.id)")
            #expect(passage.text.last == ".", "\(passage.id)")
            #expect(!passage.title.isEmpty && passage.number >= 1)
        }
        let tides = try #require(corpus.passages.first { $0.id == "tides.2" })
        #expect(tides.title == "Tides" && tides.article == "tides" && tides.number == 2)
    }

    @Test func paragraphsBecomePassages() throws {
        let passages = try Corpus.passages(of: "A title\n\nOne\nline.\n \n\nTwo.", name: "x.y")
        #expect(
            passages == [
                Passage(id: "x.y.1", title: "A title", text: "One line."),
                Passage(id: "x.y.2", title: "A title", text: "Two."),
            ])
        #expect(passages[1].article == "x.y")
        #expect(throws: CorpusError.noText("x")) { try Corpus.passages(of: "A title\n", name: "x") }
        #expect(throws: CorpusError.noText("x")) { try Corpus.passages(of: "", name: "x") }
    }

    /// Each question and the article that must come first.
    @Test(arguments: [
        ("How do plants make food from sunlight?", "photosynthesis"),
        ("Why does the sea rise and fall twice a day?", "tides"),
        ("Who invented printing with movable type?", "printing-press"),
        ("How do vaccines work?", "vaccination"),
        ("What killed the dinosaurs?", "dinosaurs"),
        ("What was the French Revolution about?", "french-revolution"),
        ("how are rainbows made", "rainbow"),
        ("Who was Marie Curie?", "curie"),
        ("How did sailors find their longitude?", "longitude"),
        ("What is a black hole?", "black-holes"), ("Why is the sky blue?", "sky"),
        ("When did people begin to bake bread?", "bread"),
        ("Explain the greenhouse effect, please", "greenhouse-effect"),
    ]) func theRightArticleComesFirst(question: String, article: String) throws {
        let ranked = try Shelf().request(question).passages
        #expect(ranked.first?.passage.article == article)
    }

    @Test func rankingDependsOnNothingButItsCandidates() throws {
        let passages = try Shelf().corpus.passages
        let question = Question("How does the Moon raise tides?")
        let ranked = Ranking.rank(passages, for: question)
        #expect(ranked.count > 3)
        #expect(Ranking.rank(passages.reversed() + passages, for: question) == ranked)
        #expect(zip(ranked, ranked.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(ranked.allSatisfy { $0.score > 0 })
        #expect(Ranking.rank([], for: question).isEmpty)
        #expect(Ranking.rank(passages, for: Question("zzz qqq")).isEmpty)
        // A rare word counts more than a common one, and twice more than once, but not twice as much.
        let few = [
            Passage(id: "a.1", title: "", text: "moon moon sea"),
            Passage(id: "b.1", title: "", text: "moon land sea"),
            Passage(id: "c.1", title: "", text: "sun land sea"),
        ]
        let scores = Dictionary(
            uniqueKeysWithValues: Ranking.rank(few, for: Question("moon")).map { ($0.passage.id, $0.score) })
        let (twice, once) = (try #require(scores["a.1"]), try #require(scores["b.1"]))
        #expect(scores.count == 2 && twice > once && twice < 2 * once)
        #expect(Ranking.rank(few, for: Question("sun sea")).first?.passage.id == "c.1")
    }
}
