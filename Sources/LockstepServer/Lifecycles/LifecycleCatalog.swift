import Lockstep
import Synchronization

/// The installed lifecycles as this server last saw them.
///
/// Nearly every request asks for them, and they change when somebody installs another version: they are read from
/// the store at most once a second, by one request, while the others use what is there. Whoever misses a lifecycle
/// has it looked for at once. What is decided about a job is decided by the store, with what it has then.
final class LifecycleCatalog: Sendable {
    /// How old the answer may be.
    static let longestAge: Duration = .seconds(1)

    private struct State {
        var definitions: [String: Definition] = [:]
        var readAt: ContinuousClock.Instant?
        var isReading = false
    }
    private let state = Mutex(State())
    private let store: any Store

    init(store: any Store) { self.store = store }

    /// All lifecycles, by name.
    /// - Throws: an error of the store, when nothing was read yet.
    func all() async throws -> [Definition] {
        try await definitions().values.sorted { $0.name < $1.name }
    }

    /// A lifecycle.
    /// - Throws: ``Refusal`` when there is none of this name; an error of the store.
    func definition(_ name: String) async throws -> Definition {
        if let known = try await definitions()[name] { return known }
        let fresh = try await read()
        guard let found = fresh[name] else { throw Refusal.unknownLifecycle(name, known: Array(fresh.keys)) }
        return found
    }

    /// All lifecycles with their names.
    func definitions() async throws -> [String: Definition] {
        let now = ContinuousClock.now
        let (known, isMine) = state.withLock { state -> ([String: Definition]?, Bool) in
            guard let readAt = state.readAt else { return (nil, true) }
            guard now - readAt >= Self.longestAge, !state.isReading else { return (state.definitions, false) }
            state.isReading = true
            return (state.definitions, true)
        }
        guard isMine else { return known ?? [:] }
        return try await read()
    }

    private func read() async throws -> [String: Definition] {
        do {
            let found = try await store.definitions()
            let definitions = Dictionary(found.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
            state.withLock { state in
                state.definitions = definitions
                state.readAt = .now
                state.isReading = false
            }
            return definitions
        } catch {
            state.withLock { $0.isReading = false }
            throw error
        }
    }
}
