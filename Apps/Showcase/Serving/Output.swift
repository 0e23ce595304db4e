import Foundation

/// Standard output without a buffer, so that a reader at the other end of a pipe sees every line at once.
enum Output {
    /// Writes text as it is.
    static func text(_ text: String) {
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// Writes a line.
    static func line(_ line: String = "") { text(line + "\n") }
}
