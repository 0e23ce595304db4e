/// A job now and after every change; ends when the job has ended or was deleted.
public struct JobChanges<Status: Lifecycle>: AsyncSequence, Sendable {
    /// What the sequence gives.
    public typealias Element = Job<Status>

    let store: any Store
    let lifecycle: String
    let job: JobID
    let interval: Duration

    /// Starts watching.
    public func makeAsyncIterator() -> Iterator {
        Iterator(changes: self, signals: Signals(store: store, interval: interval))
    }

    /// Reads the job whenever it may have changed.
    public struct Iterator: AsyncIteratorProtocol {
        let changes: JobChanges
        let signals: Signals
        private var last: JobRecord?
        private var isOver = false

        init(changes: JobChanges, signals: Signals) {
            self.changes = changes
            self.signals = signals
        }

        /// The next state of the job.
        /// - Throws: an error of the store; `CancellationError`.
        public mutating func next() async throws -> Job<Status>? {
            while !isOver {
                try Task.checkCancellation()
                let seen = signals.count
                var query = JobQuery(changes.lifecycle)
                query.ids = [changes.job]
                guard let record = try await changes.store.find(query).first else {
                    isOver = true
                    return nil
                }
                if record != last {
                    last = record
                    isOver = !record.isLive
                    return Job(record)
                }
                try await signals.wait(beyond: seen)
            }
            return nil
        }
    }
}
