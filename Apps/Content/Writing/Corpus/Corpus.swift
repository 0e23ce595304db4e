import Foundation

/// The articles that questions are answered from.
public struct Corpus: Hashable, Sendable {
    /// All passages, ordered by article and paragraph.
    public let passages: [Passage]

    /// Makes a corpus of passages.
    public init(_ passages: [Passage]) {
        self.passages = passages
    }

    /// Reads the articles of a folder: each file `name.txt` holds a title, an empty line, and paragraphs with an empty
    /// line between them. It blocks: never call it on the cooperative pool.
    /// - Throws: ``CorpusError``; what reading the files throws.
    public init(folder: String) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".txt")
        }
        guard !files.isEmpty else { throw CorpusError.empty(folder) }
        passages = try files.sorted().flatMap { file in
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            return try Self.passages(of: text, name: String(file.dropLast(4)))
        }
    }

    /// The passages of one article.
    /// - Parameter name: what ids begin with.
    /// - Throws: ``CorpusError``.
    public static func passages(of text: String, name: String) throws -> [Passage] {
        var blocks = [String]()
        var lines = [Substring]()
        for line in (text + "\n\n").split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.allSatisfy(\.isWhitespace) {
                lines.append(line)
            } else if !lines.isEmpty {
                blocks.append(lines.joined(separator: " "))
                lines = []
            }
        }
        guard blocks.count > 1 else { throw CorpusError.noText(name) }
        return blocks.dropFirst().enumerated().map { index, block in
            Passage(id: "\(name).\(index + 1)", title: blocks[0], text: block)
        }
    }
}

/// What is wrong with a corpus.
public enum CorpusError: Error, Hashable, CustomStringConvertible {
    /// A folder holds no article.
    case empty(String)
    /// An article holds no paragraph.
    case noText(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .empty(let folder):
            "the folder '\(folder)' holds no article; articles are files that end in .txt"
        case .noText(let name):
            "the article '\(name)' has no paragraph; below its title and an empty line one must stand"
        }
    }
}
