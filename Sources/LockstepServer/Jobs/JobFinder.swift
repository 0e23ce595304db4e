import Lockstep
import Synchronization

/// Finds the job of an id. The id does not say in which lifecycle it is: the one in which it was last found is asked
/// first, then the one that last had a job, then the others, each by primary key.
final class JobFinder: Sendable {
    /// How many ids are remembered; a power of two. An id takes 16 bytes.
    private static let places = 1 << 16

    private struct State {
        /// For each place the id that was found last, as a hash, and its lifecycle's number; −1: none.
        var memory = [(id: Int, lifecycle: Int32)](repeating: (0, -1), count: JobFinder.places)
        var names: [String] = []
        var last: Int32 = -1
    }
    private let state = Mutex(State())
    private let store: any Store
    private let catalog: LifecycleCatalog

    init(store: any Store, catalog: LifecycleCatalog) {
        self.store = store
        self.catalog = catalog
    }

    /// The job and its lifecycle.
    /// - Parameters:
    ///   - text: the id as it was sent.
    ///   - owner: only a job of this owner is there; `nil` for everybody's.
    /// - Throws: ``Problem`` 404; an error of the store.
    func find(_ text: String, owner: String?) async throws -> (record: JobRecord, definition: Definition) {
        guard let id = JobID(text) else {
            throw Problem.notFound("'\(Problem.shortened(text))' is no job id; ids are UUIDs")
        }
        let definitions = try await catalog.definitions()
        for name in order(of: id, among: definitions) {
            guard let definition = definitions[name] else { continue }
            var query = JobQuery(name)
            query.ids = [id]
            query.owner = owner
            query.limit = 1
            if let record = try await store.find(query).first {
                remember(id, in: name)
                return (record, definition)
            }
        }
        throw Problem.notFound("there is no job \(id)")
    }

    private func order(of id: JobID, among definitions: [String: Definition]) -> [String] {
        if definitions.count == 1 { return Array(definitions.keys) }
        let hash = id.hashValue
        let likely = state.withLock { state -> [String] in
            let place = state.memory[hash & (Self.places - 1)]
            let numbers = place.id == hash ? [place.lifecycle, state.last] : [state.last]
            return numbers.filter { $0 >= 0 }.map { state.names[Int($0)] }
        }
        let first = likely.first.map { [$0] } ?? []
        let second = likely.dropFirst().filter { !first.contains($0) }
        let rest = definitions.keys.filter { !likely.contains($0) }.sorted()
        return first + second + rest
    }

    /// Remembers where a job is.
    func remember(_ id: JobID, in lifecycle: String) {
        let hash = id.hashValue
        state.withLock { state in
            let number =
                state.names.firstIndex(of: lifecycle)
                ?? {
                    state.names.append(lifecycle)
                    return state.names.count - 1
                }()
            state.memory[hash & (Self.places - 1)] = (hash, Int32(number))
            state.last = Int32(number)
        }
    }
}
