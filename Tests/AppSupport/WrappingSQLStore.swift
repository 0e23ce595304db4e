import Lockstep
import LockstepSQL

/// A store of tests that stands in front of one with a database: whatever it does not do itself, that one does.
package protocol WrappingSQLStore: WrappingStore, SQLStore {
    /// The store behind it.
    var inner: any SQLStore { get }
}

extension WrappingSQLStore {
    package var base: any Store { inner }
    package var dialect: SQLDialect { inner.dialect }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLReading) throws -> Result
    ) async throws -> Result { try await inner.read(body) }

    @discardableResult
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLTransaction) throws -> Result
    ) async throws -> Result { try await inner.write(body) }

    package func importing(_ jobs: [NewJob]) async throws -> [StartOutcome] {
        try await inner.importing(jobs)
    }
}
