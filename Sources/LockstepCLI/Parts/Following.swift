import Lockstep

/// A job now and after every change, until it has ended or is gone.
struct Following: AsyncSequence {
    typealias Element = JobRecord

    let store: any Store
    let job: JobRecord

    func makeAsyncIterator() -> Iterator {
        // Hints are taken from before the first reading, so that none is missed between reading and waiting.
        Iterator(store: store, job: job, ticks: Ticks(store))
    }

    struct Iterator: AsyncIteratorProtocol {
        let store: any Store
        let job: JobRecord
        let ticks: Ticks
        private var last: JobRecord?
        private var isOver = false

        init(store: any Store, job: JobRecord, ticks: Ticks) {
            self.store = store
            self.job = job
            self.ticks = ticks
        }

        mutating func next() async throws -> JobRecord? {
            while !isOver {
                var query = JobQuery(job.lifecycle)
                query.ids = [job.id]
                guard let record = try await store.find(query).first else { return nil }
                if record != last {
                    last = record
                    isOver = !record.isLive
                    return record
                }
                await ticks.wait()
            }
            return nil
        }
    }

    /// A store's hints, and one every second: hints may be lost.
    final class Ticks: Sendable {
        private let stream: AsyncStream<Void>
        private let tasks: [Task<Void, Never>]

        init(_ store: any Store) {
            let (stream, continuation) = AsyncStream.makeStream(
                of: Void.self, bufferingPolicy: .bufferingNewest(1))
            self.stream = stream
            let wakes = store.wakes()
            let time = store.time
            tasks = [
                Task { for await _ in wakes { continuation.yield() } },
                Task {
                    while !Task.isCancelled {
                        do { try await time.sleep(until: time.now() + .seconds(1)) } catch { return }
                        continuation.yield()
                    }
                },
            ]
        }

        deinit { for task in tasks { task.cancel() } }

        func wait() async { for await _ in stream { return } }
    }
}
