import CPostgres
import Foundation

/// A plain connection in use, on a thread that may block.
package struct PlainSession {
    let pointer: OpaquePointer

    /// Carries out one statement with `$1`, `$2`, … as text.
    /// - Throws: ``PlainFault``.
    @discardableResult
    package func run(_ sql: String, _ parameters: [String?] = []) throws -> PlainResult {
        let words = parameters.map { $0.flatMap { strdup($0) } }
        defer { for word in words { free(word) } }
        let result = PQexecParams(
            pointer, sql, Int32(words.count), nil, words.map { UnsafePointer($0) }, nil, nil, 0)
        return try PlainResult(result, on: pointer)
    }

    /// Sends lines to a `COPY … FROM STDIN`.
    /// - Throws: ``PlainFault``.
    package func copy(_ sql: String, _ lines: String) throws {
        let began = PQexec(pointer, sql)
        guard PQresultStatus(began) == PGRES_COPY_IN else {
            _ = try PlainResult(began, on: pointer)
            throw PlainFault("no COPY FROM STDIN: \(sql)")
        }
        PQclear(began)
        PQputCopyData(pointer, lines, Int32(lines.utf8.count))
        PQputCopyEnd(pointer, nil)
        var fault: (any Error)?
        while let result = PQgetResult(pointer) {
            do { _ = try PlainResult(result, on: pointer) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Tries something and takes it back when it is refused, so that an open transaction goes on.
    /// - Returns: the refusal of a constraint or a trigger; `nil` when it was accepted.
    package func refusal(_ body: () throws -> Void) throws -> PlainFault? {
        try run("SAVEPOINT attempt")
        do {
            try body()
            try run("RELEASE SAVEPOINT attempt")
            return nil
        } catch let fault as PlainFault where fault.isRefusal {
            try run("ROLLBACK TO SAVEPOINT attempt")
            return fault
        }
    }
}
