import Foundation
import Lockstep
import LockstepServer

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
    /// The uploads of the ticket application that are not whole yet.
    var tickets: String { "\(path)/tickets" }
    /// What clients upload and what is made of it.
    var uploads: String { "\(path)/uploads" }
    /// What is being worked on at this moment.
    var scratch: String { "\(path)/scratch" }

    private func tokenFile(_ user: String) -> String { "\(path)/\(user).token" }

    /// The token that an earlier start left for a user.
    func token(of user: String) async throws -> String? { try await line(of: tokenFile(user)) }

    /// Leaves a token for a user.
    func leave(_ token: String, for user: String) async throws { try await leave(token, in: tokenFile(user)) }

    /// The secret that webhooks are signed with; it is made once.
    func webhookSecret() async throws -> String {
        let file = "\(path)/webhook.secret"
        if let secret = try await line(of: file), !secret.isEmpty { return secret }
        // Of several processes that make it at once, one's stays, and all read that.
        try await leave(ObjectFolder.newKey(), in: file, replacing: false)
        guard let secret = try await line(of: file) else { throw Self.failure("could not be read", file) }
        return secret
    }

    private func line(of file: String) async throws -> String? {
        try await Offload.run { _ in
            guard FileManager.default.fileExists(atPath: file) else { return nil }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    /// Leaves a secret in a file that the owner of the process alone can read from its first byte on.
    private func leave(_ secret: String, in file: String, replacing: Bool = true) async throws {
        try await Offload.run { _ in
            let temporary = "\(file).\(getpid()).part"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure("could not be made", file) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data("\(secret)\n".utf8))
            try handle.synchronize()
            try handle.close()
            guard replacing else {
                let isThere = link(temporary, file) == 0 || errno == EEXIST
                unlink(temporary)
                guard isThere else { throw Self.failure("could not be made", file) }
                return
            }
            guard rename(temporary, file) == 0 else { throw Self.failure("could not be renamed", file) }
        }
    }

    private static func failure(_ what: String, _ file: String) -> Failure {
        .adminRequired(
            "the file '\(file)' \(what): \(String(cString: strerror(errno)))", code: "secret_file")
    }
}
