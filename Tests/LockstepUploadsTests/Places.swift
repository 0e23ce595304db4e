import Foundation
import Lockstep
import LockstepPostgres
import LockstepSQL
import LockstepSQLite
import LockstepTesting
import LockstepUploads
import PostgresSupport
import Testing

/// Whether the long forms of tests run too.
let isTorture = ProcessInfo.processInfo.environment["LOCKSTEP_TORTURE"] != nil

/// Where the jobs of a test are.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { rawValue }
}

/// Where the objects of a test are.
struct StorageKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// Makes an empty one.
    let make: @Sendable (Scratch, any TimeSource) async throws -> any ObjectStorage

    static let disk = StorageKind(testDescription: "disk") { scratch, time in
        try await DiskStorage(scratch.path("uploads"), time: time)
    }

    /// All that the suites run on.
    static let all: [StorageKind] = [.disk, .s3]
}

/// An engine and a storage.
struct Place: Sendable, CustomTestStringConvertible {
    let engine: Engine
    let storage: StorageKind

    var testDescription: String { "\(engine.rawValue), \(storage.testDescription)" }

    static let all = StorageKind.all.flatMap { storage in
        Engine.allCases.map { Place(engine: $0, storage: storage) }
    }
}

/// Writes a file for a storage to take.
func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(filePath: path))
}
