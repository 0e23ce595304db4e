import Foundation
import Lockstep

/// The folder that holds everything of one installation.
struct DataFolder: Sendable {
    private let path: String

    /// Opens the folder, or makes it for this user alone.
    init(_ path: String) async throws {
        self.path = path
        try await Offload.run { _ in
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
    }

    /// The database.
    var database: String { "\(path)/lockstep.sqlite" }
    /// The files of the anomaly analysis.
    var anomaly: String { "\(path)/anomaly" }
    /// The files of the expense application.
    var expenses: String { "\(path)/expenses" }
    /// What clients upload and what is made of it.
    var uploads: String { "\(path)/uploads" }
    /// What is being worked on at this moment.
    var scratch: String { "\(path)/scratch" }

    private func tokenFile(_ user: String) -> String { "\(path)/\(user).token" }

    /// The token that an earlier start left for a user.
    func token(of user: String) async throws -> String? {
        let file = tokenFile(user)
        return try await Offload.run { _ in
            guard FileManager.default.fileExists(atPath: file) else { return nil }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Leaves a token for a user, readable by the owner of the process alone from its first byte on.
    func leave(_ token: String, for user: String) async throws {
        let file = tokenFile(user)
        try await Offload.run { _ in
            let temporary = "\(file).\(getpid()).part"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure("could not be made", file) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data("\(token)\n".utf8))
            try handle.synchronize()
            try handle.close()
            guard rename(temporary, file) == 0 else { throw Self.failure("could not be renamed", file) }
        }
    }

    private static func failure(_ what: String, _ file: String) -> Failure {
        .adminRequired(
            "the token file '\(file)' \(what): \(String(cString: strerror(errno)))", code: "token_file")
    }
}
