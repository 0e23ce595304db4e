import Logging
import Synchronization

/// Takes down what is logged.
final class Notebook: Sendable {
    private let taken = Mutex<[String]>([])

    /// The lines, with their levels in front.
    var lines: [String] { taken.withLock { $0 } }

    /// A logger that writes into it.
    var logger: Logger { Logger(label: "test") { _ in Pen(notebook: self) } }

    private struct Pen: LogHandler {
        let notebook: Notebook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            notebook.taken.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
