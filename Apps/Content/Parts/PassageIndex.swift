import ContentWriting
import Crypto
import Foundation
import Lockstep
import LockstepSQL
import LockstepServer

/// The articles in the database, and its full-text search in them: FTS5 in SQLite, `tsvector` in PostgreSQL.
///
/// The search finds candidates; which of them fit best is decided by one ranking, whatever database found them.
struct PassageIndex: Sendable {
    let store: any SQLStore

    /// How many candidates the database is asked for, and how many passages a script may be written from.
    private static let (candidates, most) = (60, 12)

    /// Brings the articles in the database to these, unless they are there already.
    /// - Throws: an error of the store.
    func load(_ corpus: Corpus) async throws {
        let digest = Self.digest(of: corpus)
        let dialect = store.dialect
        let known = try await store.read { try Self.known(in: $0) }
        guard known != digest else { return }
        try await store.write { transaction in
            try transaction.takeTurn(making: "content", dialect)
            // Another process may have been faster.
            guard try Self.known(in: transaction) != digest else { return }
            try transaction.execute("DELETE FROM content_passages")
            if dialect == .sqlite { try transaction.execute("DELETE FROM content_passages_search") }
            for passage in corpus.passages {
                let (id, title, text) = (passage.id, passage.title, passage.text)
                try transaction.execute(
                    "INSERT INTO content_passages (id, title, body) VALUES (?1, ?2, ?3)", id, title, text)
                guard dialect == .sqlite else { continue }
                try transaction.execute(
                    "INSERT INTO content_passages_search (id, title, body) VALUES (?1, ?2, ?3)", id, title,
                    text)
            }
            try transaction.execute("DELETE FROM content_corpus")
            try transaction.execute(
                "INSERT INTO content_corpus (name, digest) VALUES ('articles', ?1)", digest)
        }
    }

    private static func known(in database: any SQLReading) throws -> String? {
        try database.query("SELECT digest FROM content_corpus").first?[0].text
    }

    private static func digest(of corpus: Corpus) -> String {
        var hash = SHA256()
        for passage in corpus.passages {
            hash.update(data: Data("\(passage.id)\n\(passage.title)\n\(passage.text)\n\n".utf8))
        }
        return hash.finalize().hexadecimal
    }

    /// The passages that fit a question, best first.
    /// - Throws: an error of the store.
    func passages(for question: Question) async throws -> [RankedPassage] {
        // The words are letters and digits alone: nothing in them is a sign of a search.
        guard !question.words.isEmpty else { return [] }
        let dialect = store.dialect
        let words = question.words
        let found = try await store.read { database in
            switch dialect {
            case .sqlite:
                try database.query(
                    """
                    SELECT id, title, body FROM content_passages_search WHERE content_passages_search MATCH ?1
                    ORDER BY rank, id LIMIT ?2
                    """, words.map { "\"\($0)\"" }.joined(separator: " OR "), Self.candidates)
            case .postgres:
                try database.query(
                    """
                    SELECT id, title, body FROM content_passages, to_tsquery('pg_catalog.english', ?1) AS query
                    WHERE words @@ query ORDER BY ts_rank_cd(words, query) DESC, id LIMIT ?2
                    """, words.map { "'\($0)'" }.joined(separator: " | "), Self.candidates)
            }
        }
        let candidates = try found.map { row in
            guard let id = row[0].text, let title = row[1].text, let body = row[2].text else {
                throw Failure.unreadableRow(of: "content_passages")
            }
            return Passage(id: id, title: title, text: body)
        }
        return Array(Ranking.rank(candidates, for: question).prefix(Self.most))
    }
}
