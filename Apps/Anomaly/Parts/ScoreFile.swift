import Foundation
import Lockstep
import LockstepServer

/// The scores of all rows as a CSV file, in file order.
enum ScoreFile {
    private static let header = "row,score\n"
    /// How many bytes are collected before they are written.
    private static let block = 1 << 20

    /// Writes the file under a temporary name, brings it to the disk and gives it its name.
    ///
    /// It blocks: call it on a thread of its own.
    static func write(_ scores: [Float], to path: String) throws {
        // Another worker may be writing the same scores, for a claim it has lost without knowing.
        let temporary = "\(path).\(ObjectFolder.newKey()).part"
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let file = FileHandle(forWritingAtPath: temporary)
        else {
            throw Failure.temporary(
                "the scores could not be written; the dataset's folder must exist and the disk have room",
                code: "storage")
        }
        do {
            var text = header
            for (index, score) in scores.enumerated() {
                text += "\(index + 1),\(score)\n"
                if text.utf8.count >= block {
                    try file.write(contentsOf: Data(text.utf8))
                    text = ""
                }
            }
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
            try ObjectFolder.rename(temporary, to: path)
        } catch {
            if FileManager.default.fileExists(atPath: temporary) {
                try FileManager.default.removeItem(atPath: temporary)
            }
            throw error
        }
    }
}
