/// What ffmpeg writes with `-progress`: lines of `key=value`.
package struct ProgressLines: Sendable {
    private var line: [UInt8] = []

    /// Nothing was written yet.
    package init() {}

    /// Takes what was written and gives every position in the film, in seconds, to `take`.
    package mutating func add(_ bytes: UnsafeRawBufferPointer, _ take: (Double) -> Void) {
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                if line.count < 200 { line.append(byte) }
                continue
            }
            let parts = String(decoding: line, as: UTF8.self).split(separator: "=", maxSplits: 1)
            if parts.count == 2, parts[0] == "out_time_us", let time = Double(parts[1]) { take(time / 1e6) }
            line = []
        }
    }
}
