import Anomaly
import ArgumentParser
import Content
import Expenses
import Foundation
import Lockstep
import Tickets
import Video

/// Draws the lifecycles.
struct Diagrams: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes each lifecycle as a Mermaid (.mmd) and a Graphviz (.dot) diagram.")

    @Argument(help: "The folder to write to; it is made when it is missing.")
    var folder: String

    func run() async throws {
        let folder = URL(filePath: folder, directoryHint: .isDirectory)
        let definitions = [
            try Definition(AnomalySession.self).audited(), try Definition(VideoJob.self).audited(),
            try Definition(VideoSession.self).audited(), try Definition(ExpenseSession.self).audited(),
            try Definition(ContentRequest.self).audited(), try Definition(ContentMessage.self).audited(),
            try Definition(TicketSession.self).audited(),
        ]
        try await Offload.run { _ in
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for definition in definitions {
                let files = [("mmd", definition.mermaid()), ("dot", definition.dot())]
                for (ending, text) in files {
                    let file = folder.appending(path: "\(definition.name).\(ending)")
                    try Data(text.utf8).write(to: file, options: .atomic)
                }
            }
        }
    }
}
