import Foundation

/// A folder that is removed when the test lets go of it.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "lockstep-cli-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit {
        do {
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("the folder of a test could not be removed: \(error)")
        }
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }
    var database: String { path("parcels.sqlite") }
}
