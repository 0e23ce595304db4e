import Foundation
import Synchronization

/// How far a transfer is: a moving line on a terminal.
final class TransferBar: Sendable {
    private struct State {
        var sent: Int64 = 0
        /// What the line shows.
        var percent = -1
    }
    private let state = Mutex(State())
    private let whole: Int64
    private let isShown: Bool

    init(of whole: Int64, isShown: Bool) {
        self.whole = whole
        self.isShown = isShown
    }

    /// Counts bytes that were sent.
    func advance(by count: Int) {
        guard isShown else { return }
        let line = state.withLock { state -> String? in
            state.sent += Int64(count)
            let percent = Int(min(100, state.sent * 100 / max(1, whole)))
            guard percent != state.percent else { return nil }
            state.percent = percent
            return Self.line(percent, state.sent, of: whole)
        }
        if let line { Output.text("\r\(line)") }
    }

    /// Ends the line.
    func finish() {
        guard isShown else { return }
        Output.text("\r\(Self.line(100, whole, of: whole))\n")
    }

    private static func line(_ percent: Int, _ sent: Int64, of whole: Int64) -> String {
        let number = String(repeating: " ", count: max(0, 3 - "\(percent)".count)) + "\(percent)"
        return "\(Bar.progress(percent, width: 24)) \(number) %  \(bytes(sent)) of \(bytes(whole))\u{1B}[K"
    }

    /// In units of 1,024, with one decimal.
    static func bytes(_ count: Int64) -> String {
        var (value, unit) = (Double(count), "B")
        for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 { (value, unit) = (value / 1024, next) }
        return unit == "B" ? "\(count) B" : "\((value * 10).rounded() / 10) \(unit)"
    }
}
