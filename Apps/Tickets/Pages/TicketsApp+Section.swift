import Lockstep
import LockstepServer

extension TicketsApp {
    /// The sessions of a user as a part of a page. Workers have none.
    /// - Parameter formToken: what the page's requests have to carry; see `AppContext`.
    /// - Throws: an error of the store.
    public func section(for identity: Identity, formToken: String?) async throws -> SessionSection {
        guard identity.role != .worker else { return SessionSection(sessions: [], now: time.now()) }
        // Looking at a page is no recovery: nothing is written into the sessions' histories.
        let found = try await sessions.list(of: identity.user, limit: SessionRepository.most)
        let working = found.filter { $0.currentStage == .processing || $0.currentStage == .jiraExport }
            .filter { $0.status != .failed }.map(\.id)
        let jobs =
            working.isEmpty
            ? []
            : try await sessions.jobs.find {
                $0.ids = working
                $0.limit = working.count
            }
        return SessionSection(
            sessions: found,
            jobs: Dictionary(jobs.map { ($0.id, $0.record) }, uniquingKeysWith: { first, _ in first }),
            providers: sessions.services.providers, now: time.now(), formToken: formToken)
    }

    private var time: any TimeSource { sessions.store.time }
}
