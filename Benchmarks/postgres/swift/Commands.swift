import BenchKit
import Foundation
import Lockstep
import LockstepSQL
import Synchronization

extension Bench {
    /// Workers of this process work off what waits; the figures go to the file.
    func drain<Status: Lifecycle>(
        _ lifecycle: Status.Type, _ handlers: (Tally) -> [Handler], _ options: BenchOptions
    ) async throws {
        let tally = Tally(count)
        let table = "\(options.schema).\(TableNames(Definition(lifecycle).name).jobs)"
        let figures = try await drain(
            lifecycle, from: table, workers: options.workers,
            options: options.worker, handlers: handlers(tally), tally: tally)
        try Data(Measure.json(figures).utf8).write(to: URL(filePath: options.file))
    }

    /// An idle worker; when every handler has begun, the moments go to the file, by the numbers of the jobs.
    func pickUp(_ options: BenchOptions) async throws {
        let moments = Mutex<[String: UInt64]>([:])
        await pickUp(ready: {}) { number, moment in moments.withLock { $0["\(number)"] = moment } }
        try JSONEncoder().encode(moments.withLock { $0 }).write(to: URL(filePath: options.file))
    }

    /// Starts jobs 20 ms apart; for each, the moments of the call and of its return go to the file.
    func trickle(_ options: BenchOptions) async throws {
        var moments: [String: [UInt64]] = [:]
        try await trickle { number, called, returned in moments["\(number)"] = [called, returned] }
        try JSONEncoder().encode(moments).write(to: URL(filePath: options.file))
    }

    /// One process of a crowd: says that it is ready, works from the moment that a line comes on standard input,
    /// counts together with the other processes, and ends when standard input does. It says how much processor
    /// time it used from the first line to the second, and what memory it has.
    func crowd(_ options: BenchOptions) async throws {
        let tally = try Tally(count, sharedIn: options.file)
        _ = try await Jobs<Errand>(on: store)
        let handlers = Errand.handlers(tally)
        let crew = (0..<options.workers).map { _ in Worker(on: store, options: options.worker) { handlers } }
        let (lines, take) = AsyncStream<Void>.makeStream()
        // Reading waits: it has a thread of its own.
        Thread.detachNewThread {
            while readLine() != nil { take.yield() }
            take.finish()
        }
        Measure.line("ready")
        var orders = lines.makeAsyncIterator()
        guard await orders.next() != nil else { return }
        let before = Measure.processorTime()
        await withTaskGroup(of: Void.self) { group in
            for worker in crew { group.addTask { await Self.run(worker) } }
            _ = await orders.next()
            let used = Measure.processorTime() - before
            do {
                Measure.line(
                    Measure.json(["processor_s": used, "rss_mb": try Measure.memory().now]))
            } catch { fatalError("/proc cannot be read: \(error)") }
            while await orders.next() != nil {}
            for worker in crew { worker.stop() }
        }
    }
}
