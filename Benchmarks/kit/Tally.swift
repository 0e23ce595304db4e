import Foundation
import Synchronization

/// Counts handlers and says when all have begun.
///
/// A crowd of processes counts together: their tallies are in one file that all of them map into memory, 16 bytes
/// with the number of handlers begun and the moment of the first, which whoever started the crowd reads.
package final class Tally: Sendable {
    private struct Counts: ~Copyable {
        let begun = Atomic<Int64>(0)
        let first = Atomic<UInt64>(0)
    }

    private let wanted: Int64
    // What it points to is atomic and stays as long as the process.
    nonisolated(unsafe) private let counts: UnsafeMutablePointer<Counts>
    private let done: AsyncStream<Void>
    private let tell: AsyncStream<Void>.Continuation

    /// Counts up to `wanted` in this process.
    package init(_ wanted: Int) {
        self.wanted = Int64(wanted)
        counts = .allocate(capacity: 1)
        counts.initialize(to: Counts())
        (done, tell) = AsyncStream<Void>.makeStream()
    }

    /// Counts together with the other processes that have the file; it must be there, 16 bytes, all zero.
    /// - Throws: a `POSIXError` when it cannot be mapped.
    package init(_ wanted: Int, sharedIn path: String) throws {
        self.wanted = Int64(wanted)
        let file = open(path, O_RDWR)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(file) }
        let memory = mmap(nil, MemoryLayout<Counts>.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
        guard let memory, memory != MAP_FAILED else {
            throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
        }
        counts = memory.bindMemory(to: Counts.self, capacity: 1)
        (done, tell) = AsyncStream<Void>.makeStream()
    }

    /// When the first handler began, by CLOCK_MONOTONIC; 0 before.
    package var first: UInt64 { counts.pointee.first.load(ordering: .relaxed) }

    /// A handler begins that is not counted.
    package func begin() {
        if counts.pointee.first.load(ordering: .relaxed) == 0 {
            _ = counts.pointee.first.compareExchange(
                expected: 0, desired: Measure.now(), ordering: .relaxed)
        }
    }

    /// A handler begins.
    package func hit() {
        begin()
        if counts.pointee.begun.add(1, ordering: .relaxed).newValue == wanted { tell.finish() }
    }

    /// Waits until all have begun; of a crowd, only the process with the last of them is told.
    package func allBegun() async { for await _ in done {} }
}
