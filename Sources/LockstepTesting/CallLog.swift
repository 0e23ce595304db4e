import Foundation
import Lockstep
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What one client or worker asked and was answered: JSON lines that are only ever added to.
///
/// A call is written before it is made and again when it was answered, each time by one `write(2)`: a process
/// that is killed leaves its unanswered calls behind as unknown.
public final class CallLog: Sendable {
    /// The caller's name, which must be its own: one run of one process.
    public let client: String
    private let file: Int32?
    private let state = Mutex(State())

    private struct State {
        var number = 0
        var kept: [String: LoggedCall] = [:]
    }

    /// A log in memory, for tests in one process.
    public init(client: String) {
        self.client = client
        file = nil
    }

    /// A log in a file `<client>.jsonl` of a folder.
    /// - Throws: ``LogError`` when the file cannot be opened.
    public init(client: String, folder: String) throws {
        self.client = client
        let path = "\(folder)/\(client).jsonl"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LogError("the log '\(path)' cannot be opened", errno) }
        file = descriptor
    }

    deinit { if let file { close(file) } }

    /// A call with the next number, at this moment.
    public func call(_ word: String, at: Timestamp) -> LoggedCall {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        var call = LoggedCall(client: client, number: number, call: word, at: at)
        call.begin = Self.now()
        return call
    }

    /// Writes calls down, answered or not.
    /// - Throws: ``LogError`` when they cannot be written: nothing may be asked then.
    public func write(_ calls: [LoggedCall]) throws {
        guard let file else {
            state.withLock { state in for call in calls { state.kept[call.tag] = call } }
            return
        }
        let encoder = JSONEncoder()
        var lines: [UInt8] = []
        for call in calls { lines += Array(try encoder.encode(call)) + [UInt8(ascii: "\n")] }
        let written = lines.withUnsafeBytes { systemWrite(file, $0.baseAddress, $0.count) }
        guard written == lines.count else {
            throw LogError("the log of '\(client)' cannot be written", errno)
        }
    }

    /// The calls of a log in memory, in order.
    public var calls: [LoggedCall] {
        state.withLock { $0.kept.values.sorted { $0.number < $1.number } }
    }

    /// All calls of all logs in a folder. Of a call that was answered the answered line counts; a line that was
    /// cut off by a crash is left out.
    public static func read(folder: String) throws -> [LoggedCall] {
        let decoder = JSONDecoder()
        var calls: [LoggedCall] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        where name.hasSuffix(".jsonl") {
            let data = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
            var places: [Int: Int] = [:]
            var lines = data.split(separator: UInt8(ascii: "\n"))
            if let last = data.last, last != UInt8(ascii: "\n") { lines.removeLast() }
            for line in lines {
                let call = try decoder.decode(LoggedCall.self, from: line)
                if let place = places[call.number] {
                    calls[place] = call
                } else {
                    places[call.number] = calls.count
                    calls.append(call)
                }
            }
        }
        return calls
    }

    /// Microseconds of the machine's clock that never steps back.
    public static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}

/// `write(2)`, which the log's own method of that name hides.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(file, bytes, count)
}

/// A log that cannot be kept.
public struct LogError: Error, CustomStringConvertible {
    /// One sentence.
    public let description: String

    init(_ what: String, _ code: Int32) { description = "\(what): \(String(cString: strerror(code)))" }
}
