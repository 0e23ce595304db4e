import Foundation
import Lockstep
import LockstepServer

/// The folder of a server: its database, where that is SQLite and not named otherwise, and the first token.
struct DataFolder: Sendable {
    let path: String

    /// Opens the folder, or makes it for this user alone.
    init(_ path: String) async throws {
        self.path = path
        do {
            try await Offload.run { _ in
                try FileManager.default.createDirectory(
                    atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch {
            throw CommandError("the folder '\(path)' cannot be made; name one by --data that can")
        }
    }

    /// The database.
    var database: String { "\(path)/lockstep.sqlite" }
    /// The objects that clients upload.
    var uploads: String { "\(path)/uploads" }
    /// The first admin's token.
    var adminToken: String { "\(path)/admin.token" }

    /// Makes a token for the user `admin` where no admin has one.
    /// - Returns: whether it did.
    func issueAdminToken(_ tokens: SQLTokens, now: Timestamp) async throws -> Bool {
        let admins = try await tokens.list(role: .admin).filter { token in
            token.expiresAt.map { $0 > now } ?? true
        }
        guard admins.isEmpty else { return false }
        let grant = TokenGrant(user: "admin", role: .admin, note: "made by 'lockstep serve'")
        let (token, record) = try await tokens.create(grant)
        do {
            try await leave(token)
        } catch {
            // A token that nobody has must not be the reason why the next start makes none.
            try await tokens.revoke(id: record.id)
            throw error
        }
        return true
    }

    /// Readable by the owner of the process alone from its first byte on.
    private func leave(_ token: String) async throws {
        let file = adminToken
        try await Offload.run { _ in
            let temporary = "\(file).\(getpid()).part"
            let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw Self.failure("could not be made", file) }
            let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            try handle.write(contentsOf: Data("\(token)\n".utf8))
            try handle.synchronize()
            try handle.close()
            guard rename(temporary, file) == 0 else { throw Self.failure("could not be renamed", file) }
        }
    }

    private static func failure(_ what: String, _ file: String) -> CommandError {
        CommandError("the token file '\(file)' \(what): \(String(cString: strerror(errno)))")
    }
}
