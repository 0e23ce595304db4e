import Lockstep
import LockstepTesting
import Synchronization

@testable import Content

/// Takes notices for whoever is told; the first one may have to wait for its answer.
final class Postbox: ContentNotifier {
    private let kept = Mutex<[ContentNotice]>([])
    private let holdsFirst: Bool
    private let gate = Signal()
    /// Sent when the first notice has come.
    let filled = Signal()

    /// - Parameter holdingFirst: whether the first one gets its answer only after ``letGo()``.
    init(holdingFirst: Bool = false) { holdsFirst = holdingFirst }

    /// What has come, in its order.
    var notices: [ContentNotice] { kept.withLock { $0 } }

    /// Lets the first notice be answered.
    func letGo() { gate.send() }

    func check(_ recipient: ContentNotice.Recipient) throws {}

    func send(_ notice: ContentNotice) async throws {
        let count = kept.withLock { notices in
            notices.append(notice)
            return notices.count
        }
        filled.send()
        if holdsFirst, count == 1 { try await gate.wait() }
    }
}
