import ContentWriting
import Foundation
import Testing

/// The corpus of the repository, searched as a database would.
struct Shelf {
    let corpus: Corpus

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        corpus = try Corpus(folder: root.appending(path: "Apps/Content/Corpus").path())
    }

    func request(_ text: String, seconds: Double = 75) -> ScriptRequest {
        let question = Question(text)
        return ScriptRequest(
            question: question, passages: Ranking.rank(corpus.passages, for: question), seconds: seconds)
    }

    func script(_ text: String, seconds: Double = 75) async throws -> Script {
        let answer = try await OfflineWriter().answer(request(text, seconds: seconds))
        guard case .script(let script) = answer else {
            Issue.record("no script for '\(text)': \(answer)")
            throw CancellationError()
        }
        return script
    }
}
