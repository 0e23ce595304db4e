import Lockstep

/// Finds where in a history that is numbered in the order of writing a moment lies, by halves: there is no index of
/// times, and a history is long.
package struct LineSearch {
    /// So much earlier than asked is looked, in microseconds: clocks are set, and what is decided first may be written last.
    private static let margin: Int64 = 60_000_000

    /// The first line from a number on: its number and time.
    private let line: (Int64) throws -> (place: Int64, at: Int64)?

    package init(_ line: @escaping (Int64) throws -> (place: Int64, at: Int64)?) { self.line = line }

    /// A number before every line of a moment or later.
    /// - Parameters:
    ///   - moment: when.
    ///   - range: the numbers there are.
    package func place(before moment: Timestamp, in range: ClosedRange<Int64>) throws -> Int64 {
        let sought = moment.microseconds - Self.margin
        var (low, high) = (range.lowerBound, range.upperBound + 1)
        while low < high {
            let middle = low + (high - low) / 2
            if let line = try line(middle), line.at < sought {
                low = line.place + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
