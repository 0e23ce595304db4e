import ContentWriting
import Foundation
import Testing

@Suite struct QuestionTests {
    @Test func wordsAreWhatASearchIsGiven() {
        #expect(Question("What's the cause of the Black Death?").words == ["cause", "black", "death"])
        #expect(Question("Comment ça va, Ørsted & Méchain: naïve?").words.contains("mechain"))
        #expect(Question("MOON moon Moon 1969").words == ["moon", "1969"])
        let many = Question((1...60).map { "word\($0)" }.joined(separator: " "))
        #expect(many.words.count == 24)
    }

    /// Whatever comes, the words hold nothing that a query language could take for its own.
    @Test(arguments: Hostile.questions) func hostileQuestionsAreData(raw: String) {
        let question = Question(raw)
        #expect(question.text.unicodeScalars.count <= Question.longest)
        for scalar in question.text.unicodeScalars {
            #expect(
                scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
        }
        #expect(
            !question.text.contains("  ")
                && question.text == question.text.trimmingCharacters(in: .whitespaces))
        for word in question.words {
            #expect(word.allSatisfy { $0.isLetter || $0.isNumber } && word.count <= 40)
        }
        #expect(question.words.count <= 24)
        // Reading it again changes nothing.
        #expect(Question(question.text).text == question.text)
    }

    @Test func whatCannotBeSeenIsGone() {
        #expect(Question("a\u{0}b\r\n\tc\u{202E}d\u{200B}e\u{1}5s f").text == "a b c d e 5s f")
        #expect(Question("  x\u{2028}y  ").text == "x y")
        let cut = Question(String(repeating: "moon ", count: 1_000_000))
        #expect(cut.isCut && cut.text.count <= Question.longest)
        #expect(!Question(String(repeating: "x", count: Question.longest)).isCut)
        // A letter under a tower of marks keeps a few.
        #expect(Question("Z" + String(repeating: "\u{0301}", count: 300)).text.unicodeScalars.count == 5)
    }

    @Test(arguments: [
        "What is photosynthesis?", "How did the universe begin?", "Moon", "Who was Ada Lovelace?",
        "Why is the sky blue?", "the history of tea", "What caused the First World War?",
        "Was ist ein Regenbogen?",
        "What is E = mc2?", "1969",
    ]) func clearEnough(text: String) {
        #expect(QuestionCheck.clarification(for: Question(text)) == nil)
    }

    @Test(arguments: [
        ("", "no words"), ("???", "no words"), ("\u{1}\u{2}", "no words"), ("What is it?", "does not name"),
        ("Can you explain that to me?", "does not name"), ("help", "does not say"),
        ("Tell me more", "does not say"),
        ("Science", "too wide"), ("Tell me something interesting about history", "too wide"),
        ("things and stuff", "too wide"), ("What? Who? When? Why?", "several questions"),
        (String(repeating: "why is the moon round ", count: 40), "longer than 500"),
    ]) func tooVague(text: String, reason: String) throws {
        let asked = try #require(QuestionCheck.clarification(for: Question(text)))
        #expect(asked.reasoning.contains(reason), "\(asked.reasoning)")
        #expect(!asked.questions.isEmpty && asked.questions.allSatisfy { $0.hasSuffix("?") })
        let json = try JSONEncoder().encode(asked)
        #expect(try JSONDecoder().decode(Clarification.self, from: json) == asked)
    }
}

/// Questions that want to be more than questions.
enum Hostile {
    static let questions = [
        "<b>What</b> is <span size='400000'>gravity</span> &lt;&amp;&#0; ?",
        "[[h@'loU]] what is [[_:]] gravity [[",
        "<speak><break time=\"500s\"/><audio src=\"file:///etc/passwd\"/>gravity</speak>",
        "\u{1}40s\u{1}900p gravity \u{1B}[31m red \u{7}",
        "gravity\" OR 1=1; DROP TABLE passages; -- NEAR(x, 5) title:* ^",
        "gravity & | ! <-> ( ' :* \\",
        "gravity\nfile '/etc/passwd'\nduration 1\n[CHAPTER]\ntitle=x;#\\",
        "gravity --> 00:00:01.000\n\nNOTE <c.red>{\\an8}",
        "\u{202E}ytivarg\u{202C} \u{FEFF}gravity \u{E000}\u{FFFF}",
        "-f /etc/passwd gravity --stdin %s%n $(id) `id` ../../etc",
        String(repeating: "gravity", count: 200_000),
        String(repeating: "🧲 gravity ", count: 100),
        "重力とは何ですか gravity ما هي الجاذبية",
    ]
}
