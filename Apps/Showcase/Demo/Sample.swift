import Foundation
import Lockstep

/// A file of the demo, with the true labels of its rows.
struct Sample: Sendable {
    /// The file's name.
    let name: String
    /// The least ROC-AUC that `--check` accepts.
    let floor: Double
    /// The file.
    let content: Data
    /// For each row whether it is an anomaly.
    let labels: [Bool]

    private static let known = [("breast-tumours.csv", 0.80), ("thyroid.xlsx", 0.60), ("shuttle.csv", 0.90)]

    /// Reads the demo's files out of a folder.
    static func all(in folder: String) async throws -> [Sample] {
        try await Offload.run { _ in
            try known.map { name, floor in
                let stem = name.prefix { $0 != "." }
                let labels = String(
                    decoding: try content(of: "\(stem).labels.csv", in: folder), as: UTF8.self)
                return Sample(
                    name: name, floor: floor, content: try content(of: name, in: folder),
                    labels: labels.split(whereSeparator: \.isNewline).dropFirst().map { $0 == "1" })
            }
        }
    }

    private static func content(of name: String, in folder: String) throws -> Data {
        let path = "\(folder)/\(name)"
        guard FileManager.default.fileExists(atPath: path) else {
            throw DemoError(
                "The sample '\(path)' is not there; start the demo in the repository's folder or give --samples."
            )
        }
        return try Data(contentsOf: URL(filePath: path))
    }
}
