import ContentWriting
import Foundation
import Testing

@Suite struct OfflineWriterTests {
    @Test(arguments: [
        "How do plants make food from sunlight?", "What was the Black Death?",
        "How does the Moon raise tides?",
        "Who invented the steam engine, and why?", "What is gravity?", "Why is the sky blue?",
    ]) func aScript(question: String) async throws {
        let shelf = try Shelf()
        let script = try await shelf.script(question)
        #expect(script.question == question && script.title == question)
        #expect(script.sections.count >= 3)
        // Every sentence but those of the frame is the corpus's own and says where it stands.
        for section in script.sections.dropFirst().dropLast() {
            for sentence in section.sentences {
                let id = try #require(sentence.citations.first)
                let passage = try #require(shelf.corpus.passages.first { $0.id == id })
                #expect(passage.text.contains(sentence.text))
            }
        }
        #expect(
            Set(script.sources.map(\.id)) == Set(script.sections.flatMap(\.sentences).flatMap(\.citations)))
        #expect((40...85).contains(script.readingTime), "\(script.readingTime)")
        #expect(abs(script.readingTime - ReadingTime.seconds(of: script.sections)) < 0.06)
    }

    @Test func theSameRequestTheSameScript() async throws {
        let shelf = try Shelf()
        let request = shelf.request("How did the dinosaurs die?")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let shuffled = ScriptRequest(
            question: request.question,
            passages: Ranking.rank(shelf.corpus.passages.shuffled(), for: request.question))
        let first = try await OfflineWriter().answer(request)
        #expect(try await OfflineWriter().answer(request) == first)
        #expect(try await OfflineWriter().answer(shuffled) == first)
        guard case .script(let script) = first else { throw CancellationError() }
        let json = try encoder.encode(script)
        #expect(try JSONDecoder().decode(Script.self, from: json) == script)
    }

    @Test func theLengthIsHeeded() async throws {
        let shelf = try Shelf()
        let short = try await shelf.script("What are earthquakes and volcanoes?", seconds: 30)
        let long = try await shelf.script("What are earthquakes and volcanoes?", seconds: 150)
        #expect(short.readingTime < 40 && long.readingTime > 90 && long.readingTime < 165)
        #expect(long.sections.allSatisfy { $0.sentences.count <= 6 })
        #expect(Set(long.sections.map(\.title)).count == long.sections.count)
    }

    /// The second one shares a single word with the corpus, the night, which is none about cats.
    @Test(arguments: ["What is a flibbertigibbet?", "Why do cats purr at night?"])
    func whereNothingIsKnownTheLearnerIsAsked(question: String) async throws {
        let request = try Shelf().request(question)
        #expect(
            try await OfflineWriter().answer(request) == .clarification(.nothingFound(for: request.question)))
    }

    @Test(arguments: Hostile.questions) func hostileQuestionsAreQuoted(raw: String) async throws {
        let request = try Shelf().request(raw)
        let question = request.question
        let title = question.words.prefix(3).joined(separator: " ")
        let passage = Passage(id: "x.1", title: title, text: "One. Two follows.")
        let passages = [RankedPassage(passage: passage, score: 1)]
        let answer = try await OfflineWriter().answer(ScriptRequest(question: question, passages: passages))
        guard case .script(let script) = answer else { throw CancellationError() }
        #expect(script.sections.first?.sentences.first?.text == "You asked: “\(question.text)”")
        for sentence in script.sections.flatMap(\.sentences) {
            let spoken = SpokenText.of(sentence.text)
            #expect(!spoken.contains { "[]<>\\{}&\"/$`@#*_|".contains($0) }, "\(spoken)")
        }
    }
}
