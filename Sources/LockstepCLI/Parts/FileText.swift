import Foundation

/// Files of text that people name.
enum FileText {
    /// Reads one.
    /// - Parameter kind: what it is, for the sentence that says it is not there.
    static func read(_ file: String, _ kind: String) throws -> String {
        do {
            return String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self)
        } catch {
            throw CommandError("the \(kind) '\(file)' cannot be read; name a file that is there")
        }
    }

    /// Writes one, all of it or nothing.
    static func write(_ text: String, to file: String) throws {
        do {
            try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw CommandError("'\(file)' cannot be written; name a file in a folder that is there")
        }
    }
}
