import LockstepPostgres
import LockstepSQL

/// Opens the store that is measured.
func openStore(_ options: BenchOptions) async throws -> any SQLStore {
    var postgres = PostgresOptions(connection: options.url)
    postgres.schema = options.schema
    postgres.connections = options.connections
    postgres.listens = options.listens
    return try await PostgresStore(postgres)
}
