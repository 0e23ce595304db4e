import Foundation

/// Reads what a program writes until it ends or nobody wants it any more, with a fixed amount of memory.
struct PipeReader {
    private let output: Int32
    private let complaints: Int32
    private let wake: Int32
    private let mostComplaints: Int
    private var lastComplaints: [UInt8] = []
    /// How many bytes of output there were.
    private(set) var count: Int64 = 0

    /// - Parameter wake: ends the reading as soon as something can be read there.
    init(output: Int32, complaints: Int32, wake: Int32, mostComplaints: Int) {
        self.output = output
        self.complaints = complaints
        self.wake = wake
        self.mostComplaints = mostComplaints
    }

    /// The last of what was complained.
    var text: String {
        String(decoding: lastComplaints, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Reads until both pipes have ended, or until it is woken.
    /// - Parameter take: is given each piece of output, and how many bytes there were with it.
    /// - Throws: what `take` throws.
    mutating func read(_ take: (UnsafeRawBufferPointer, Int64) throws -> Void) throws {
        var pipes = [output, complaints, wake].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // A descriptor below zero is not asked for.
        while pipes[0].fd >= 0 || pipes[1].fd >= 0 {
            guard poll(&pipes, nfds_t(pipes.count), -1) >= 0 || errno == EINTR else { return }
            if pipes[2].revents != 0 { return }
            for index in 0...1 where pipes[index].revents != 0 {
                let size = Foundation.read(pipes[index].fd, &buffer, buffer.count)
                if size < 0, errno == EINTR { continue }
                guard size > 0 else {
                    pipes[index].fd = -1
                    pipes[index].revents = 0
                    continue
                }
                if index == 0 {
                    count += Int64(size)
                    try buffer.withUnsafeBytes {
                        try take(UnsafeRawBufferPointer(rebasing: $0[..<size]), count)
                    }
                } else {
                    lastComplaints += buffer[..<size]
                    lastComplaints.removeFirst(max(0, lastComplaints.count - mostComplaints))
                }
            }
        }
    }
}
