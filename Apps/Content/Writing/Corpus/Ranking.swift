import Foundation

/// A passage and how well it fits.
public struct RankedPassage: Codable, Hashable, Sendable {
    /// The passage.
    public let passage: Passage
    /// How well it fits, above zero; only the order of scores of one ranking means something.
    public let score: Double

    /// Makes a ranked passage.
    public init(passage: Passage, score: Double) {
        self.passage = passage
        self.score = score
    }
}

/// Orders passages that a full-text search has found by how well they fit a question.
///
/// The order is that of Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
/// 2009), over the candidates alone. Whatever database found them, the same candidates come in the same order.
public enum Ranking {
    /// How soon more of the same word counts less, and how much the length of a passage matters: the usual values.
    private static let (saturation, lengthWeight) = (1.2, 0.75)
    /// A word in a title counts as often as this.
    private static let titleWeight = 2

    /// The candidates that have a word in common with the question, best first; equal ones by their ids.
    public static func rank(_ candidates: [Passage], for question: Question) -> [RankedPassage] {
        let terms = question.stems
        var seen: Set<String> = []
        let documents = candidates.filter { seen.insert($0.id).inserted }.map(Document.init)
        guard !documents.isEmpty, !terms.isEmpty else { return [] }
        let average = Double(documents.map(\.length).reduce(0, +)) / Double(documents.count)
        var scores = [Double](repeating: 0, count: documents.count)
        for term in terms {
            let holders = documents.count { $0.counts[term] != nil }
            let rarity = log(
                1 + (Double(documents.count - holders) + 0.5) / (Double(holders) + 0.5))
            for (index, document) in documents.enumerated() {
                guard let count = document.counts[term].map(Double.init) else { continue }
                let length = 1 - lengthWeight + lengthWeight * Double(document.length) / max(1, average)
                scores[index] += rarity * count * (saturation + 1) / (count + saturation * length)
            }
        }
        return zip(documents, scores).filter { $0.1 > 0 }
            .map { RankedPassage(passage: $0.passage, score: $1) }
            .sorted { ($1.score, $0.passage.id) < ($0.score, $1.passage.id) }
    }

    private struct Document {
        let passage: Passage
        var counts: [String: Int] = [:]
        let length: Int

        init(_ passage: Passage) {
            self.passage = passage
            let words = SearchWords.all(of: passage.text)
            length = words.count
            for word in words { counts[SearchWords.stem(word), default: 0] += 1 }
            for word in SearchWords.all(of: passage.title) {
                counts[SearchWords.stem(word), default: 0] += Ranking.titleWeight
            }
        }
    }
}
