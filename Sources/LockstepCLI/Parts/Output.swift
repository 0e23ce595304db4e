import Foundation
import Lockstep

/// What goes to standard output and standard error.
///
/// Unbuffered: whoever follows a watch through a pipe must see a line when it is written.
enum Output {
    /// Writes text as it is.
    static func text(_ text: String) {
        write(text, to: .standardOutput)
    }

    /// Writes a line.
    static func line(_ text: String = "") { Self.text(text + "\n") }

    /// Writes one JSON document on one line.
    static func json(_ value: some Encodable) throws { line(try JSONText.encode(value)) }

    /// Says on standard error what was wrong.
    static func complain(_ sentence: String) {
        write("lockstep: \(Terminal.plain(sentence))\n", to: .standardError)
    }

    private static func write(_ text: String, to handle: FileHandle) {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            // Nobody reads any more; there is nobody to tell either.
        }
    }
}
