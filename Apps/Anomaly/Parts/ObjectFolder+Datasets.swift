import Lockstep
import LockstepServer

/// The files of a dataset: what was uploaded, and the scores of its sessions.
extension ObjectFolder {
    private static let source = "source"

    /// The path of a dataset's file.
    func file(of key: String) -> String { path(of: Self.source, in: key) }

    /// The path of the scores of a session.
    func scores(of session: JobID, in key: String) -> String {
        path(of: "scores-\(session.text).csv", in: key)
    }

    /// Takes an upload that is whole into a dataset's new folder.
    func adopt(_ path: String, as key: String) async throws {
        try await adopt(path, as: Self.source, in: key)
    }

    /// Erases the scores of a session, whole or half written.
    func eraseScores(of session: JobID, in key: String) async throws {
        try await eraseFiles(beginningWith: "scores-\(session.text).", in: key)
    }
}
