/// Somebody who wants a connection.
struct PoolRequest: Sendable {
    /// What a body came to.
    struct Ending {
        /// What it threw.
        let error: (any Error)?
        /// Tells whoever waits.
        let tell: () -> Void
    }

    let number: UInt64
    /// When it has waited too long.
    let deadline: ContinuousClock.Instant
    /// Whether it was tried on a connection that turned out to be dead.
    var isRetry = false
    /// Carries the body out, on the connection's thread.
    let run: @Sendable (PGConnection) -> Ending
    /// Tells whoever waits that there is no connection.
    let fail: @Sendable (any Error) -> Void
}

/// Requests in the order in which they came, any of which may be taken out.
struct PoolLine: Sendable {
    private var waiting: [Int: PoolRequest] = [:]
    private var places: [UInt64: Int] = [:]
    private var first = 0
    private var end = 0

    var isEmpty: Bool { waiting.isEmpty }
    var count: Int { waiting.count }

    /// The one that has waited longest.
    var head: PoolRequest? {
        mutating get {
            while first < end, waiting[first] == nil { first += 1 }
            return waiting[first]
        }
    }

    /// Puts a request at the end.
    mutating func append(_ request: PoolRequest) {
        waiting[end] = request
        places[request.number] = end
        end += 1
    }

    /// Puts a request back at the beginning.
    mutating func putBack(_ request: PoolRequest) {
        first -= 1
        waiting[first] = request
        places[request.number] = first
    }

    /// Takes out the first.
    mutating func removeFirst() -> PoolRequest? { head.flatMap { remove($0.number) } }

    /// Takes out the one with this number.
    mutating func remove(_ number: UInt64) -> PoolRequest? {
        places.removeValue(forKey: number).flatMap { waiting.removeValue(forKey: $0) }
    }

    /// Takes out all, in order.
    mutating func removeAll() -> [PoolRequest] {
        var all: [PoolRequest] = []
        while let request = removeFirst() { all.append(request) }
        return all
    }
}
