import Expenses
import Synchronization

/// What was told of a reading's progress.
final class Seen: Sendable {
    private let told = Mutex<[PDFText.Progress]>([])
    func add(_ progress: PDFText.Progress) { told.withLock { $0.append(progress) } }
    var all: [PDFText.Progress] { told.withLock { $0 } }
}
