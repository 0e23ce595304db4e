import LockstepServer
import Synchronization

/// The tokens of ``TestServer``, which can be taken away.
final class RevocableTokens: TokenChecker {
    private let revoked = Mutex<Set<String>>([])

    func revoke(_ token: String) { revoked.withLock { _ = $0.insert(token) } }

    func identity(forToken token: String) async throws -> Identity? {
        if revoked.withLock({ $0.contains(token) }) { return nil }
        return try await TestServer.tokens.identity(forToken: token)
    }
}
