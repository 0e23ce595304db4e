import Lockstep
import LockstepServer

/// Seconds for people.
enum Seconds {
    static func between(_ early: Timestamp, _ late: Timestamp) -> Double {
        Double((late - early).inMicroseconds) / 1_000_000
    }

    /// `0.42 s`, `3.1 s`, `85 s`.
    static func text(_ seconds: Double) -> String {
        let digits = seconds < 1 ? 2 : seconds < 20 ? 1 : 0
        return Figures.decimal(seconds, digits: digits) + " s"
    }
}
