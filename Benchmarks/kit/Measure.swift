import Dispatch
import Foundation

/// What is read off the machine, and how figures are printed.
package enum Measure {
    /// CLOCK_MONOTONIC in nanoseconds, which all processes of a machine share.
    package static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    /// The seconds since a moment of ``now()``.
    package static func seconds(since start: UInt64) -> Double { Double(now() - start) / 1e9 }

    /// The processor time that this process has used, all threads together, in seconds.
    package static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The memory that this process has now, and the most that it has had, in megabytes (Linux: /proc).
    package static func memory() throws -> (now: Double, peak: Double) {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        func megabytes(_ name: String) -> Double {
            let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
            let kilobytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first
            return kilobytes.flatMap { Double($0) }.map { $0 * 1024 / 1e6 } ?? 0
        }
        return (megabytes("VmRSS:"), megabytes("VmHWM:"))
    }

    /// Figures as one line of JSON.
    package static func json(_ figures: [String: Double]) -> String {
        let parts = figures.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return "{\(parts.joined(separator: ", "))}"
    }

    /// Writes a line at once, whatever standard output is.
    package static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
