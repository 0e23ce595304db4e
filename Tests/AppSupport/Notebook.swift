import Logging
import Synchronization

/// Takes down what is logged.
package final class Notebook: Sendable {
    private let taken = Mutex<[String]>([])
    private let level: Logger.Level

    /// - Parameter level: what is below it is not taken down.
    package init(from level: Logger.Level = .info) { self.level = level }

    /// The lines, with their levels in front.
    package var lines: [String] { taken.withLock { $0 } }

    /// A logger that writes into it.
    package var logger: Logger { Logger(label: "test") { _ in Pen(notebook: self, logLevel: level) } }

    private struct Pen: LogHandler {
        let notebook: Notebook
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            notebook.taken.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
