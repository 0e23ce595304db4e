import CPostgres
import LockstepSQL

/// Notifications, which come unasked.
extension PGConnection {
    /// Waits until the server says something.
    /// - Parameter waker: a descriptor that ends the waiting.
    /// - Throws: ``SQLError`` of kind `connection` when the server has hung up.
    func awaitNotification(waker: Int32, until deadline: ContinuousClock.Instant) throws -> PGSocket.Ready {
        guard let handle else { throw lose("it is closed", mayHaveCommitted: false) }
        let ready = PGSocket.wait(PQsocket(handle), waker: waker, until: deadline)
        if ready == .yes, !isAlive() {
            throw lose("the server hung up", mayHaveCommitted: false)
        }
        return ready
    }

    /// Takes the notifications that have come.
    /// - Returns: how many there were.
    func takeNotifications() -> Int {
        var count = 0
        while let handle, let notification = PQnotifies(handle) {
            PQfreemem(notification)
            count += 1
        }
        return count
    }
}
