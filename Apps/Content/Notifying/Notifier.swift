import Lockstep

/// Tells the owner of a request what has become of it.
public protocol Notifier: Sendable {
    /// Sends a notice, at least once: who sends it again, because he does not know what became of it, gives the same
    /// key, by which the receiver can tell that it is the same.
    /// - Parameter key: the idempotency key: 1 to 200 letters, digits and `-._:~` of ASCII.
    /// - Throws: a ``Lockstep/Failure`` that says who can do something; `CancellationError`.
    func notify(_ notice: Notice, key: String) async throws

    /// Lets go of what is kept open between two notices.
    /// - Throws: what closing throws.
    func shutDown() async throws
}

extension Notifier {
    /// Does nothing, where nothing is kept open.
    public func shutDown() async throws {}

    /// Returns when a key can stand in a header as it is.
    /// - Throws: an administrator's ``Lockstep/Failure``.
    func check(_ key: String) throws {
        let isPlain = key.utf8.allSatisfy { byte in
            (97...122).contains(byte | 32) || (48...57).contains(byte) || "-._:~".utf8.contains(byte)
        }
        guard isPlain, (1...200).contains(key.utf8.count) else {
            throw Failure.adminRequired(
                "a notice has an idempotency key that is not 1 to 200 letters, digits and -._:~ of ASCII",
                code: "bad_notice_key")
        }
    }
}
