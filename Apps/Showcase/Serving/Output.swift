import Foundation

/// Standard output without a buffer, so that a reader at the other end of a pipe sees every line at once.
enum Output {
    /// Writes text as it is.
    ///
    /// A reader who has gone away, as `head` does, is no reason to stop serving or to leave a demo's processes
    /// behind: what cannot be written is dropped.
    static func text(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes a line.
    static func line(_ line: String = "") { text(line + "\n") }

    /// Lets a write to a pipe without a reader fail instead of ending the process.
    static func outliveReaders() { signal(SIGPIPE, SIG_IGN) }
}
