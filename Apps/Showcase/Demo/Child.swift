import Foundation
import Synchronization

/// A process of this program that the demo started.
final class Child: Sendable {
    /// Its name in the demo's output.
    let name: String
    /// What it was started with.
    let arguments: [String]
    /// Its process id.
    let pid: Int32
    private let process: Mutex<Process>
    private let ending: AsyncStream<Void>
    /// Its standard input; while it is open the child lives, and when this process dies in any way it closes.
    private let input: Mutex<Pipe>
    private let output: AsyncStream<String>

    /// Starts this program again with other arguments, and with more in its environment.
    init(_ name: String, _ arguments: [String], _ environment: [String: String]) throws {
        self.name = name
        self.arguments = arguments
        let process = Process()
        let (input, pipe) = (Pipe(), Pipe())
        process.executableURL = try Self.program()
        process.arguments = arguments + ["--end-with-input"]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = pipe
        let (ending, ended) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in ended.finish() }
        output = Self.lines(of: pipe.fileHandleForReading)
        do {
            try process.run()
        } catch {
            throw DemoError("The process '\(name)' could not be started: \(error.localizedDescription)")
        }
        pid = process.processIdentifier
        self.ending = ending
        self.process = Mutex(process)
        self.input = Mutex(input)
    }

    /// The first line that the child writes; `nil` when it ends without one.
    func firstLine() async -> String? {
        for await line in output { return line }
        return nil
    }

    /// Whether it still runs.
    var isRunning: Bool { process.withLock(\.isRunning) }

    /// Ends it without a chance to clean up, as a crash or the kernel would.
    func kill() {
        if isRunning { Foundation.kill(pid, SIGKILL) }
    }

    /// Asks it to end, and kills it when it does not within some seconds.
    func end(within limit: Duration = .seconds(5)) async {
        guard isRunning else { return }
        Foundation.kill(pid, SIGTERM)
        let impatience = Task {
            // A cancelled wait means that the child has ended by itself.
            do { try await Task.sleep(for: limit) } catch { return }
            self.kill()
        }
        for await _ in ending {}
        impatience.cancel()
    }

    private static func program() throws -> URL {
        guard let program = Bundle.main.executableURL else {
            throw DemoError("The demo does not find its own program to start it again.")
        }
        return program
    }

    /// The lines of a pipe, read on a thread of their own.
    private static func lines(of handle: FileHandle) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        let descriptor = dup(handle.fileDescriptor)
        Thread.detachNewThread {
            defer { close(descriptor) }
            var line: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(descriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte == UInt8(ascii: "\n") {
                        continuation.yield(String(decoding: line, as: UTF8.self))
                        line = []
                    } else {
                        line.append(byte)
                    }
                }
            }
            continuation.finish()
        }
        return stream
    }
}
