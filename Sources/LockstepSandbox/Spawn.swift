import CSpawn
import Foundation

/// The start of one process by `posix_spawn(3)`, as the leader of a process group of its own. It gets a standard input
/// of a few bytes or none, pipes for its output and its complaints, and no other descriptor of this process.
struct Spawn {
    /// What was started.
    struct Started: Sendable {
        let pid: Int32
        /// Where its standard output is read.
        let output: Int32
        /// Where its standard error is read.
        let complaints: Int32
    }

    private typealias Ends = (reading: Int32, writing: Int32)

    /// The most bytes of a standard input. A pipe takes so many at once whoever reads (pipe(7), `PIPE_BUF`), so that
    /// nobody need wait for the program to do so.
    static let mostInput = 4096

    /// Starts a program.
    /// - Parameters:
    ///   - words: the program's absolute path and its arguments.
    ///   - input: all that it can read at its standard input, at most ``mostInput`` bytes.
    ///   - environment: all that it has for an environment.
    ///   - folder: where it starts.
    /// - Throws: ``SandboxError`` of kind `notStarted`.
    static func start(
        _ words: [String], input: [UInt8], environment: [String: String], in folder: String
    ) throws -> Started {
        let source = try self.input(input)
        defer { if let source { close(source) } }
        let output = try pipe()
        let complaints: Ends
        do {
            complaints = try pipe()
        } catch {
            close(output.reading)
            close(output.writing)
            throw error
        }
        defer {
            close(output.writing)
            close(complaints.writing)
        }
        do {
            let pid = try start(words, environment, folder, source, output.writing, complaints.writing)
            return Started(pid: pid, output: output.reading, complaints: complaints.reading)
        } catch {
            close(output.reading)
            close(complaints.reading)
            throw error
        }
    }

    private static func start(
        _ words: [String], _ environment: [String: String], _ folder: String, _ input: Int32?,
        _ output: Int32, _ complaints: Int32
    ) throws -> Int32 {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, complaints, STDERR_FILENO)
        posix_spawn_file_actions_addchdir_np(&actions, folder)

        // The threads of Swift's pool block signals, and this process may ignore some: a program expects neither.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = none
        for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ] {
            sigaddset(&defaults, signal)
        }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, 0)
        var flags =
            Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETPGROUP)
        #if canImport(Darwin)
            flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #elseif canImport(Glibc)
            posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        #endif
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var arguments = words.map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var pid: Int32 = 0
        let code = posix_spawn(&pid, words[0], &actions, &attributes, &arguments, &settings)
        guard code == 0 else {
            throw SandboxError(
                .notStarted, "'\(words[0])' cannot be started: \(String(cString: strerror(code)))")
        }
        return pid
    }

    /// Where a program reads these bytes and then the end; `nil` when there are none.
    private static func input(_ bytes: [UInt8]) throws -> Int32? {
        guard !bytes.isEmpty else { return nil }
        guard bytes.count <= mostInput else {
            throw SandboxError(
                .notStarted,
                "a program was to be given \(bytes.count) bytes; at most \(mostInput) are possible")
        }
        let ends = try pipe()
        defer { close(ends.writing) }
        var count = -1
        repeat { count = write(ends.writing, bytes, bytes.count) } while count < 0 && errno == EINTR
        guard count == bytes.count else {
            close(ends.reading)
            throw SandboxError(
                .notStarted, "a pipe for a program cannot be filled: \(String(cString: strerror(errno)))")
        }
        return ends.reading
    }

    /// A pipe whose ends no program that is started meanwhile inherits.
    static func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
            // There a child closes everything by itself.
            let made = Foundation.pipe(&ends)
        #else
            let made = pipe2(&ends, O_CLOEXEC)
        #endif
        guard made == 0 else {
            throw SandboxError(
                .notStarted, "a pipe for a program cannot be made: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }
}
