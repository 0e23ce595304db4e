import Foundation
import LockstepSQLite
import LockstepTesting
import Testing

/// The database of a shop, with what is declared of its orders in `orders.yaml` beside it.
enum Shop {
    static let declaration = """
        lifecycle: orders
        guards: orders.status
        initial: new
        failure: lost
        statuses:
          new: {waits_for: the payment, within: 3d, moves_to: paid}
          paid: {waits_for: the parcel, within: 7d, moves_to: sent}
          sent: {succeeds: 90d}
          lost: {fails: 90d}
        """

    /// Makes one.
    /// - Parameter statements: what makes and fills its tables.
    static func open(_ statements: [String]) async throws -> (Tool, PlainFile) {
        let scratch = try Scratch()
        try declaration.write(toFile: scratch.path("orders.yaml"), atomically: true, encoding: .utf8)
        #expect(FileManager.default.createFile(atPath: scratch.database, contents: nil))
        let file = try await PlainFile(path: scratch.database, isWritten: true)
        for statement in statements { try await file.write { try $0.execute(statement) } }
        return (Tool(scratch: scratch, database: scratch.database), file)
    }
}
