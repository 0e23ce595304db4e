import CPostgres
import Lockstep
import Synchronization

/// A connection of libpq's and nothing else: what anybody with plain SQL can do, seen without the store's own code.
package final class PlainConnection: Sendable {
    private struct Handle: @unchecked Sendable { let pointer: OpaquePointer }
    private let handle: Handle
    /// One thread at a time speaks to the server.
    private let turn = Mutex(())

    /// Connects.
    /// - Throws: ``PlainFault``.
    package init(_ url: String) async throws {
        handle = try await Offload.run { _ in
            guard let pointer = PQconnectdb(url) else { throw PlainFault("libpq has no memory") }
            guard PQstatus(pointer) == CONNECTION_OK else {
                defer { PQfinish(pointer) }
                throw PlainFault(String(cString: PQerrorMessage(pointer)))
            }
            return Handle(pointer: pointer)
        }
    }

    deinit { PQfinish(handle.pointer) }

    /// The number of the server's process.
    package var backend: Int { Int(PQbackendPID(handle.pointer)) }

    /// Says several things, one after the other, without anybody else in between.
    package func use<Result: Sendable>(
        _ body: @escaping @Sendable (PlainSession) throws -> Result
    ) async throws -> Result {
        try await Offload.run { [self] _ in
            try turn.withLock { _ in try body(PlainSession(pointer: handle.pointer)) }
        }
    }

    /// Carries out one statement.
    /// - Returns: how many rows it changed, or selected.
    @discardableResult
    package func execute(_ sql: String, _ parameters: String?...) async throws -> Int {
        try await use { try $0.run(sql, parameters).changed }
    }

    /// The rows of a query, as text.
    package func rows(_ sql: String, _ parameters: String?...) async throws -> [[String?]] {
        try await use { try $0.run(sql, parameters).rows }
    }

    /// The first value of a query's first row.
    package func value(_ sql: String, _ parameters: String?...) async throws -> String? {
        try await use { try $0.run(sql, parameters).rows.first?.first ?? nil }
    }
}
