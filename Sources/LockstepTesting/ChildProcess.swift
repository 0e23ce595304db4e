import Foundation

/// A process that a test starts, hears, signals and waits for.
///
/// Foundation's `Process` closes in the child the descriptors that were open when it looked. What another thread
/// opens between that look and the start is inherited, and among it may be the pipes of another child and the
/// socket by which the end of that one is noticed: then it seems to run until this one has ended too. Here a child
/// has standard input, output and error and nothing else, and its end is learnt from the kernel alone.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum End: Hashable, Sendable {
        /// By itself, with this code.
        case exited(Int32)
        /// By this signal.
        case killed(Int32)
    }

    /// Where the child's standard error goes.
    package enum Complaints: Sendable {
        /// Nowhere.
        case dropped
        /// Where this process's go.
        case shared
        /// Among the lines of its standard output.
        case withOutput
        /// Into a file, which is made or emptied.
        case file(String)
    }

    /// Its process id. After its end the number may be another's: signals go through ``send(_:)``.
    package let pid: Int32
    /// The lines of its standard output, read once, by one reader; they end when nobody holds it open any more.
    package let lines: AsyncStream<String>
    private let name: String
    private let life: ChildLife
    /// Where its standard input is written, when it has one.
    private let input: Int32?

    /// An order to a child that has ended is an error, not the end of the tests.
    private static let pipesMayBreak: Void = { signal(SIGPIPE, SIG_IGN) }()

    /// Starts a program.
    /// - Parameters:
    ///   - environment: what it has for an environment; this process's without it.
    ///   - folder: where it starts; this process's folder without it.
    ///   - hasInput: whether ``tell(_:)`` reaches it. Its input then ends when this process does, in any way, or lets
    ///     go of the child; otherwise it is empty.
    ///   - onLine: is given every line of its standard output as it comes, on the thread that reads.
    /// - Throws: ``SpawnError`` when it cannot be started.
    package init(
        _ program: URL, _ arguments: [String] = [], environment: [String: String]? = nil,
        in folder: String? = nil, hasInput: Bool = false, complaints: Complaints = .dropped,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) throws {
        _ = Self.pipesMayBreak
        var spawn = Spawn(program.path)
        defer { spawn.end() }
        if hasInput { input = try spawn.pipeIn() } else { input = spawn.emptyInput() }
        let output: Int32
        do {
            output = try spawn.pipeOut()
            spawn.complain(to: complaints)
            if let folder { spawn.begin(in: folder) }
            do {
                pid = try spawn.start(arguments, environment ?? ProcessInfo.processInfo.environment)
            } catch {
                close(output)
                throw error
            }
        } catch {
            if let input { close(input) }
            throw error
        }
        name = "\(program.lastPathComponent) \(arguments.prefix(1).joined()) (process \(pid))"
        life = ChildLife(pid)
        lines = Self.lines(of: output, onLine)
    }

    /// A program of the build that these tests belong to.
    /// - Throws: ``SpawnError`` when it was not built.
    package static func built(_ name: String) throws -> URL {
        let places = sequence(first: URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()) {
            $0.path == "/" ? nil : $0.deletingLastPathComponent()
        }
        // A folder of that name may be executable too.
        let found = places.map { $0.appending(path: name) }.first {
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: $0.path, isDirectory: &isFolder)
                && !isFolder.boolValue && FileManager.default.isExecutableFile(atPath: $0.path)
        }
        guard let found else { throw SpawnError("the program '\(name)' is not beside the tests: build it") }
        return found
    }

    deinit {
        life.send(SIGKILL)
        if let input { close(input) }
    }

    /// Whether it is gone.
    package var hasEnded: Bool { life.end != nil }

    /// Sends it a signal, unless it is gone.
    package func send(_ signal: Int32) { life.send(signal) }

    /// Writes a line to its standard input. A child that is gone hears nothing; how it went is asked for where it
    /// matters.
    package func tell(_ line: String) {
        guard let input else { return }
        let bytes = Array("\(line)\n".utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            done += count
        }
    }

    /// All that is still to come of its standard output.
    package func text() async -> String {
        var text = ""
        for await line in lines { text += line + "\n" }
        return text
    }

    /// Waits until it is gone. When the waiting task is cancelled the child is killed, so that a time limit ends
    /// this wait too.
    @discardableResult
    package func ended() async -> End {
        await withTaskCancellationHandler {
            await life.ended()
        } onCancel: {
            life.send(SIGKILL)
        }
    }

    /// Waits until it is gone, and kills it when that takes too long.
    /// - Parameters:
    ///   - signal: what it is sent first; without one it is to end by itself.
    ///   - limit: how long it has.
    ///   - late: is told in a sentence that the child had to be killed; a test records that.
    @discardableResult
    package func end(
        _ signal: Int32?, within limit: Duration = .seconds(30), late: @escaping @Sendable (String) -> Void
    ) async -> End {
        if let signal { send(signal) }
        let impatience = Task {
            // A cancelled sleep means that the child has ended.
            do { try await Task.sleep(for: limit) } catch { return }
            guard !hasEnded else { return }
            let asked = signal.map { " after signal \($0)" } ?? ""
            late("\(name) has not ended within \(limit)\(asked) and is killed")
            send(SIGKILL)
        }
        let end = await ended()
        impatience.cancel()
        return end
    }

    /// The lines of a pipe, read on a thread of their own.
    private static func lines(
        of pipe: Int32, _ onLine: @escaping @Sendable (String) -> Void
    ) -> AsyncStream<String> {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        Thread.detachNewThread {
            defer {
                close(pipe)
                continuation.finish()
            }
            func say(_ line: [UInt8]) {
                let line = String(decoding: line, as: UTF8.self)
                onLine(line)
                continuation.yield(line)
            }
            var line: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = read(pipe, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                for byte in buffer[..<count] {
                    if byte == UInt8(ascii: "\n") {
                        say(line)
                        line = []
                    } else {
                        line.append(byte)
                    }
                }
            }
            if !line.isEmpty { say(line) }
        }
        return stream
    }
}
